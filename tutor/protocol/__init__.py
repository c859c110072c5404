"""What the terminal program and the engine say to each other; all of it is imported from here.

Requests are verbs and go to the engine's stdin; events are facts and come from its stdout. One JSON object a line, with the
class's name under "kind". Standard library only, because the engine may run under a Python of the learner's.
"""

from tutor.protocol.coding import *
from tutor.protocol.events import *
from tutor.protocol.figures import *
from tutor.protocol.kinds import *
from tutor.protocol.requests import *

PROTOCOL = 2
"""Both sides must speak the same version; the client refuses another one in words."""
