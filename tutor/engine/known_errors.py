"""PyTorch's frequent errors, each with what it means, what to do, and the lesson that teaches it.

Rules are tried in order; the first whose type and pattern fit speaks. Patterns follow the wording of torch 2.6 to 2.15.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tutor.engine import budgets
from tutor.engine import error_words as words
from tutor.engine.error_words import Case, Say


@dataclass(frozen=True)
class Explanation:
    """What an error means."""

    message: str
    lesson: str


@dataclass(frozen=True)
class Rule:
    """An error that is known."""

    types: tuple[type[BaseException], ...]
    pattern: str
    say: Say | str
    lesson: str = ""
    where: str = ""
    """A pattern that the learner's line must have as well."""


def explain(
    error: BaseException, text: str, values: dict[str, Any], layer: tuple[str, Any] | None = None, source: str = ""
) -> Explanation | None:
    """What is known of the error; None: nothing.

    `values` are on the learner's line, `source`; `layer` is where it happened, with its input.
    """
    for rule in RULES:
        match = re.search(rule.pattern, text, re.DOTALL) if isinstance(error, rule.types) else None
        if match and re.search(rule.where, source):
            case = Case(error, text, match, values, layer, source)
            return Explanation(rule.say if isinstance(rule.say, str) else rule.say(case), rule.lesson)
    return None


GRAPH = "gradients/autograd"
SHAPES = "tensors/squeeze_unsqueeze_permute"
DTYPES = "tensors/dtypes"
DEVICES = "tensors/devices"
RESHAPE = "tensors/reshape_view_stack"
MATMUL = "tensors/matmul"
MODULES = "workflow/building_models"
LOSSES = "workflow/losses_and_optimizers"
STOPPING = "gradients/stopping_and_zeroing"
ENTROPY = "classification/cross_entropy"
NUMPY = "tensors/numpy"

# a rule a line
# fmt: off
RULES: tuple[Rule, ...] = (
    Rule((SystemExit,), r"", "your code calls exit(), which would end the program here; take it out."),
    Rule((KeyboardInterrupt,), r"", "your code raises KeyboardInterrupt; take that out."),
    Rule((RecursionError,), r"", "a function calls itself without end: what should make it stop?"),
    Rule((RuntimeError,), r"CUDA out of memory|out of memory.*(?:CUDA|HIP|MPS|XPU)|(?:CUDA|HIP|MPS|XPU).*out of memory", words.gpu_memory, DEVICES),
    Rule((RuntimeError,), r"initialization error.*DataLoader worker|DataLoader worker.*initialization error|Cannot re-initialize CUDA in forked subprocess", "a process that was forked off, such as a DataLoader's worker, cannot use the GPU: keep the data set on the CPU, and move each batch in the loop, X.to(device).", DEVICES),
    Rule((RuntimeError,), r"device-side assert triggered", "the GPU was given a number that is out of range: a class index (they count from 0), an index, or a probability outside 0 to 1. A GPU reports late, so the fault may be some lines further up: run on the CPU, the same code stops at the line itself and names the number.", DEVICES),
    Rule((MemoryError, RuntimeError), r"tried to allocate (\d+) bytes", words.memory_at_once),
    Rule((MemoryError, RuntimeError), r"(?i)^$|can't allocate memory|not enough memory|unable to allocate", words.memory),
    Rule((RuntimeError,), r"can't start new thread", "no more threads can be started: does something start them in a loop, and are they joined?"),
    Rule((OSError,), r"Too many open files", f"more than {budgets.MOST_FILES:,} files are open at once: `with open(...) as file:` closes each after its use."),
    Rule((OSError,), r"File too large", f"a file may hold {budgets.LARGEST_FILE // 2**30} GiB here, and this one would be larger: does a loop write without end?"),
    Rule((OSError,), r"No space left on device", "the disk is full; nothing more can be written."),
    Rule((RuntimeError,), r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", words.matmul, MATMUL),
    Rule((RuntimeError,), r"size mismatch, got input \(\d+\), mat \(?(\d+)x(\d+)\)?, vec \((\d+)\)()", "the inner sizes of this product differ: the last dimension of the left operand must be the size of the right one.", MATMUL),
    Rule((RuntimeError,), r"inconsistent tensor size|einsum\(\): subscript \w has size|Expected size for first two dimensions of batch|expected scalar type .* matmul|must have same reduction dim", lambda case: (f"the inner sizes of this product differ.{case.tensors()} The last dimension of the left one must be the size of the right one's first."), MATMUL),
    Rule((RuntimeError,), r"both arguments to matmul need to be at least 1D", lambda c: f"a 0-d tensor is a number and has no rows or columns for @.{c.tensors()} Multiply by it with *.", MATMUL),
    Rule((RuntimeError,), r"self must be a matrix|must be a 3D tensor|1D tensors expected|tensors? must be (?:2-D|2D)|vector \+ matrix @ vector expected", lambda c: f"this product is for tensors of another number of dimensions.{c.tensors()} @ (torch.matmul) takes vectors, matrices and batches of them.", MATMUL),
    Rule((RuntimeError,), r"output with shape (\[[\d, ]*\]) doesn't match the broadcast shape (\[[\d, ]*\])", lambda c: f"the result has the shape {c.match.group(2)}, and in place there is only room for {c.match.group(1)}.{c.tensors()} Make a new tensor: a = a + b.", SHAPES),
    Rule((RuntimeError,), r"expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\) at non-singleton dimension (\d+)", words.expand, SHAPES),
    Rule((RuntimeError,), r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)", words.broadcast, SHAPES),
    Rule((RuntimeError,), r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)", words.view, RESHAPE),
    Rule((RuntimeError,), r"only one dimension can be inferred", "a shape may hold one -1: PyTorch can work out one size, not two.", RESHAPE),
    Rule((RuntimeError,), r"unflatten: Provided sizes (\[[\d, ]*\]) don't multiply up to the size of dim (\d+) \((\d+)\)", lambda c: f"dimension {c.match.group(2)} has {c.match.group(3)} elements, and the sizes {c.match.group(1)} do not multiply to that.", RESHAPE),
    Rule((RuntimeError,), r"split_sizes to sum exactly to (\d+)", lambda c: f"the sizes of the parts must add up to {c.match.group(1)}, the size of the dimension that is split.", RESHAPE),
    Rule((RuntimeError,), r"view size is not compatible with input tensor's size and stride", "view needs the elements to lie in memory in the order the new shape reads them, and after a transpose or permute they do not. reshape copies where it must.", RESHAPE),
    Rule((RuntimeError,), r"Expected a '(\w+)' device type for generator but found '(\w+)'", lambda c: f"a generator belongs to one device: this one draws on the {c.match.group(2)}, and numbers are wanted on {c.match.group(1)}. Make it there: torch.Generator(device={c.match.group(1)!r}).", "tensors/randomness"),
    Rule((RuntimeError,), r"Expected all tensors to be on the same device|indices should be either on|(?:are|is) not (?:at|on) the same device|is not on the expected device|is on (?:cuda|cpu|mps|meta).*but|device type \w+ .* but", words.device, DEVICES),
    Rule((RuntimeError, AssertionError, NotImplementedError), r"Found no NVIDIA driver|Torch not compiled with \w+ enabled|No (?:CUDA|HIP) GPUs are available|not linked with support for mps|arguments from the '(?:CUDA|HIP|MPS|XPU)' backend", "the device that is named here is not in this machine. Take the device from a variable, or from a tensor: x.device.", DEVICES),
    Rule((RuntimeError,), r"invalid device ordinal", "there is no GPU of that number; they count from 0, and torch.cuda.device_count() says how many there are.", DEVICES),
    Rule((RuntimeError,), r"(?:at start of device string: |Invalid device string: ')([\w.]+)", words.no_device, DEVICES),
    Rule((RuntimeError, NotImplementedError), r"Cannot copy out of meta tensor", "a tensor on the device meta has a shape and no values; nothing can be read from it.", DEVICES),
    Rule((RuntimeError,), r"must have the same dtype, but got (\w+) and (\w+)", words.dtype, DTYPES),
    Rule((RuntimeError,), r"expected target dtype to be Long|expected scalar type Long|\"nll_loss\w*\" not implemented for '(\w+)'|Expected floating point type for target with class probabilities", "cross-entropy takes class numbers as whole numbers (int64, target.long()), or a row of probabilities for each sample.", ENTROPY),
    Rule((RuntimeError,), r"have the same dtype, but got: ([\w ]+) != ([\w ]+)|expected scalar type (\w+) but found (\w+)|Found dtype (\w+) but expected (\w+)", words.dtype, DTYPES),
    Rule((RuntimeError,), r"Input type \(.*cuda.*should be the same|Input type \(.*weight type \(.*cuda.*should be the same", words.device, DEVICES),
    Rule((RuntimeError,), r"Input type \((?:torch\.|c10::)?([\w ]+)\) and (?:weight|bias) type \((?:torch\.|c10::)?([\w ]+)\) should be the same", words.dtype, DTYPES),
    Rule((RuntimeError,), r"could not infer output dtype|mean\(\): .*(?:dtype|Long)|std and var only support floating point|linalg.vector_norm: Expected a floating point", lambda case: (f"a mean (or std, or norm) needs floats, and these are whole numbers or True and False.{case.kinds()} Convert first: x.float().mean()."), DTYPES),
    Rule((RuntimeError,), r"result type (\w+) can't be cast to the desired output type (\w+)", words.dtype, DTYPES),
    Rule((RuntimeError,), r"[Oo]nly Tensors of floating point.*can require gradients", "only floating-point tensors can require gradients: make it with a decimal point, or with dtype=torch.float32.", DTYPES),
    Rule((RuntimeError,), r"Expected (\d)D \(unbatched\) or \dD \(batched\) input to conv", words.conv_input, SHAPES),
    Rule((RuntimeError,), r"expected input\[[\d, ]+\] to have (\d+) channels, but got (\d+) channels", words.conv_channels, SHAPES),
    Rule((RuntimeError,), r"Calculated padded input size per channel|Output size is too small", "the image has become smaller than the kernel: fewer layers of pooling, or padding, keep it larger.", "vision/tiny_vgg"),
    Rule((ValueError,), r"[Ee]xpected (\d)D.* input \(got (\d)D input\)", lambda c: (f"this layer takes a {c.match.group(1)}-dimensional input and was given {c.match.group(2)} dimensions.{c.tensors()} Is the batch dimension missing?"), SHAPES),
    Rule((RuntimeError,), r"appears to not have been used in the graph", "one of the tensors asked for had no part in the result, so it has no gradient. Is the loss computed from it?", GRAPH),
    Rule((TypeError,), r"assigned grad expected to be a Tensor or None", "a .grad takes a tensor or None: w.grad = None clears it.", STOPPING),
    Rule((TypeError,), r"gradients can be either Tensors or None", lambda c: f"the weights that are given to backward() are a tensor of the shape of the one it is called on, such as torch.ones_like(y).{c.tensors()}", GRAPH),
    Rule((RuntimeError,), r"Mismatch in shape: grad_output", lambda c: f"the gradient given to backward() must have the shape of the tensor it is called on.{c.tensors()}", GRAPH),
    Rule((RuntimeError,), r"Only Tensors created explicitly by the user .*deepcopy", "a result of an operation cannot be deep-copied; copy its values with .detach().clone().", GRAPH),
    Rule((RuntimeError,), r"element 0 of tensors does not require grad", "backward() finds no way back to a parameter: nothing that made this value has requires_grad=True, or it was computed under no_grad or detached.", GRAPH),
    Rule((RuntimeError,), r"grad can be implicitly created only for scalar outputs", lambda case: f"backward() starts from one number.{case.tensors()} Reduce it first: loss.mean() or loss.sum().", GRAPH),
    Rule((RuntimeError,), r"[Tt]rying to backward through the graph a second time", "backward() was called twice on one graph, which is freed after the first time. Compute the loss anew before each backward().", GRAPH),
    Rule((RuntimeError,), r"Inference tensors cannot be saved for backward", "what was made in inference_mode() can have no part in a backward pass: under torch.no_grad() it can.", STOPPING),
    Rule((RuntimeError,), r"modified by an inplace operation", "a tensor that backward() needs was changed in place since the forward pass: by a trailing _, by +=, or by an optimizer's step(). Make a new tensor instead; step() goes after backward().", STOPPING),
    Rule((RuntimeError,), r"leaf Variable that requires grad is being used in an in-place|a view of a leaf Variable that requires grad", "a parameter is changed in place while its operations are recorded. Put the update under `with torch.no_grad():`, or leave it to an optimizer.", STOPPING),
    Rule((RuntimeError,), r"Can't call numpy\(\) on Tensor that requires grad", "this tensor is part of a graph, which NumPy knows nothing of: .detach().numpy().", NUMPY),
    Rule((TypeError,), r"can't convert (\w+)(?::\d+)? device type tensor to numpy", "NumPy reads the CPU's memory only: bring the tensor over first, .cpu().numpy().", NUMPY),
    Rule((RuntimeError,), r"Numpy is not available", "NumPy is not installed for this Python, so a tensor cannot become an array here.", NUMPY),
    Rule((AttributeError,), r"cannot assign (?:module|parameters?|buffers?) before Module\.__init__\(\) call|has no attribute '_(?:modules|parameters|buffers|backward_hooks)'", "the module is not set up yet: call super().__init__() first in __init__.", MODULES),
    Rule((NotImplementedError,), r"Module \[(\w+)\] is missing the required \"forward\" function", lambda c: f"{c.match.group(1)} has no forward(self, x): is it spelled so, and indented inside the class?", MODULES),
    Rule((ValueError,), r"optimizer got an empty parameter list", "the optimizer was given no parameters: are they nn.Parameter, or layers assigned to self in __init__? A plain tensor or list is not registered.", MODULES),
    Rule((TypeError,), r"^'method' object is not iterable", "a method stands after `in` without its call: parentheses behind it call it, as in model.parameters().", where=r"\bin\b"),
    Rule((TypeError,), r"optimizer can only optimize Tensors|^'(?:[A-Z]\w+|method)' object is not iterable|params argument given to the optimizer should be", "an optimizer takes the parameters themselves: optimizer = torch.optim.SGD(model.parameters(), lr=...).", MODULES),
    Rule((ValueError,), r"can't optimize a non-leaf Tensor", "an optimizer takes tensors made by hand, not results of an operation: was .to(device) or an arithmetic step applied after requires_grad=True?", MODULES),
    Rule((RuntimeError,), r"0D or 1D target tensor expected, multi-target not supported", lambda c: f"cross-entropy takes one class number for each sample, a target of shape (N,).{c.tensors()} target.squeeze(1) drops a second dimension of size 1.", ENTROPY),
    Rule((TypeError,), r"argument '(\w+)' .*must be Tensor, not (?:numpy\.|torch\.)?(?!NoneType)(\w+)", words.no_tensor, "tensors/what_is_a_tensor"),
    Rule((IndexError,), r"Target (-?\d+) is out of bounds", words.target_range, ENTROPY),
    Rule((ValueError,), r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)", words.target_batch, SHAPES),
    Rule((ValueError,), r"Using a target size \(torch\.Size\((\[[\d, ]*\])\)\) that is different to the input size \(torch\.Size\((\[[\d, ]*\])\)\)", lambda c: (f"the target is {c.match.group(1)} and the model's output {c.match.group(2)}: this loss compares element by element, so squeeze or unsqueeze one of them."), SHAPES),
    Rule((ValueError,), r"Target size \(torch\.Size\((\[[\d, ]*\])\)\) must be the same as input size \(torch\.Size\((\[[\d, ]*\])\)\)", lambda c: (f"the target is {c.match.group(1)} and the model's output {c.match.group(2)}: this loss compares element by element, so squeeze or unsqueeze one of them."), SHAPES),
    Rule((RuntimeError,), r"\"bitwise_\w+\" not implemented for '(?:Float|Double|Half|BFloat16)'", "& and | come before > and <, so they met numbers here: put each condition in parentheses, (x > 1) & (x < 2).", "tensors/indexing"),
    Rule((RuntimeError,), r"\"(\w+)\" not implemented for '(\w+)'", lambda c: (f"this operation does not exist for {c.match.group(2)} tensors.{c.kinds()} x.float() makes whole numbers floats."), DTYPES),
    Rule((RuntimeError,), r"all elements of (?:input|target) should be between 0 and 1", "BCELoss takes probabilities between 0 and 1: put a sigmoid in front, or use BCEWithLogitsLoss on the logits.", ENTROPY),
    Rule((RuntimeError, ValueError), r"a Tensor with (\d+) elements cannot be converted to Scalar|only one element tensors can be converted to Python scalars", lambda c: (f"one number was asked for (.item(), float() and the like), and this tensor holds {c.match.group(1) or 'several'}.{c.tensors()} Reduce or index it first; a list of tensors becomes one with torch.stack."), "tensors/what_is_a_tensor"),
    Rule((RuntimeError,), r"Boolean value of Tensor with more than one value is ambiguous", words.unmade_loss, LOSSES, where=r"\w+Loss\(\s*[^\s)]|\bloss_?fn\("),
    Rule((RuntimeError,), r"Boolean value of Tensor with more than one value is ambiguous", words.AMBIGUOUS, "tensors/indexing"),
    Rule((RuntimeError,), r"Tensors must have same number of dimensions: got (\d+) and (\d+)", lambda c: f"cat joins tensors of equally many dimensions, and here {c.match.group(1)} meets {c.match.group(2)}.{c.tensors()} unsqueeze adds one.", RESHAPE),
    Rule((TypeError,), r"(cat|stack)\(\)(?:: argument 'tensors' .*must be tuple of Tensors, not Tensor| takes from 1 to 2 positional arguments)", lambda c: f"{c.match.group(1)} takes the tensors in a list: torch.{c.match.group(1)}([a, b]).", RESHAPE),
    Rule((ValueError,), r"expected sequence of length (\d+) at dim (\d+) \(got (\d+)\)", lambda c: f"the rows are not equally long ({c.match.group(1)} and {c.match.group(3)}), and a tensor has no gaps.", "tensors/what_is_a_tensor"),
    Rule((TypeError,), r"invalid data type 'str'", "a tensor holds numbers, not text: give each word or class a number first.", "tensors/what_is_a_tensor"),
    Rule((TypeError,), r"from_numpy\(\) takes (?:no keyword|exactly one) argument", "from_numpy takes the array and nothing else: .float() after it, or torch.tensor(array, dtype=torch.float32).", NUMPY),
    Rule((TypeError,), r"only (?:0-dimensional|length-1|size-1) arrays can be converted", "float() and int() make one Python number. All of an array's numbers become others with .astype, a tensor's with .float() or .long().", NUMPY),
    Rule((TypeError, AttributeError), r"'torch\.return_types\.(\w+)'", lambda c: f"{c.match.group(1)} with a dim gives two tensors: its .values, and its .indices, the places. Which one do you want?", "tensors/aggregation"),
    Rule((TypeError,), r"unsupported operand .*'Tensor' and '(?!NoneType)(\w+)'|unsupported operand .*'(?!NoneType)([\w.]+)' and 'Tensor'", words.operands, "tensors/arithmetic"),
    Rule((RuntimeError,), r"stack expects each tensor to be equal size", lambda c: f"stack takes tensors of one and the same shape: {c.text.strip().split(',', 1)[-1].strip()}.", RESHAPE),
    Rule((RuntimeError,), r"Sizes of tensors must match except in dimension (\d+)", lambda c: (f"cat joins along one dimension, and all others must be equal (all but dimension {c.match.group(1)}).{c.tensors()}"), RESHAPE),
    Rule((RuntimeError, IndexError), r"zero-dimensional tensor \(at position \d+\) cannot be concatenated", "cat joins along a dimension that is there, and a 0-d tensor has none: stack makes a new one.", RESHAPE),
    Rule((RuntimeError,), r"permute\(sparse_coo\)|number of dimensions in the tensor input does not match the length of the desired ordering", words.permuted, SHAPES),
    Rule((IndexError,), r"shape of the mask (\[[\d, ]*\]) at index (\d+) does not match the shape of the indexed tensor (\[[\d, ]*\])", lambda c: f"a mask has the shape of what it picks from: it is {c.match.group(1)}, and the tensor {c.match.group(3)}.", "tensors/indexing"),
    Rule((TypeError,), r"slice indices must be integers", "the ends of a slice are whole numbers: / gives a float, // a whole number.", "tensors/indexing"),
    Rule((IndexError,), r"tensors used as indices must be", lambda c: f"indices are whole numbers or true and false.{c.kinds()} index.long() makes them whole.", "tensors/indexing"),
    Rule((IndexError, TypeError), r"0-dim tensor|(?:iteration over|len\(\) of) a 0-d tensor", "a 0-d tensor is a single number: it has no length and no elements to index. .item() makes it a Python number.", "tensors/what_is_a_tensor"),
    Rule((IndexError,), r"^index out of range in self", "an embedding was asked for a row that it does not have: indices go from 0 to num_embeddings - 1."),
    Rule((RuntimeError,), r"one of the following scalar types: Long, Int; but got", lambda c: f"an embedding takes whole numbers, the indices of its rows.{c.kinds()} x.long() makes them whole.", DTYPES),
    Rule((IndexError,), r"Dimension out of range \(expected to be in range of \[(-?\d+), (-?\d+)\], but got (-?\d+)\)", lambda c: (f"there is no dimension {c.match.group(3)}: they go from {c.match.group(1)} to {c.match.group(2)} here.{c.tensors()}"), SHAPES),
    Rule((IndexError,), r"index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)", lambda c: (f"dimension {c.match.group(2)} has {c.match.group(3)} elements, so there is no index {c.match.group(1)}; counting starts at 0."), "tensors/indexing"),
    Rule((IndexError,), r"^(tuple|list|string|pop) index out of range", lambda c: f"there is no element of that index: counting starts at 0, and a shape has one size for each dimension.{c.tensors()}", "tensors/indexing"),
    Rule((IndexError,), r"too many indices for tensor of dimension (\d+)", lambda c: f"more indices than the tensor's {c.match.group(1)} dimensions.{c.tensors()}", "tensors/indexing"),
    Rule((ValueError,), r"Expected more than 1 value per channel when training", "batch norm in training needs more than one sample to average over: use a larger batch, or model.eval() to predict."),
    Rule((RuntimeError,), r"running_mean should contain (\d+) elements not (\d+)", lambda c: f"batch norm was made for {c.match.group(2)} channels and is given {c.match.group(1)}.{c.tensors()}", SHAPES),
    Rule((RuntimeError,), r"Given normalized_shape=(\[[\d, ]*\])", lambda c: f"layer norm was made for {c.match.group(1)}, the sizes of the last dimensions.{c.tensors()}", SHAPES),
    Rule((RuntimeError,), r"non-empty \dD or \dD \(batch mode\) tensor expected", lambda c: f"pooling takes (channels, height, width), or a batch of that.{c.tensors()} unsqueeze(0) adds a dimension.", SHAPES),
    Rule((TypeError,), r"cannot assign '(?:torch\.)?(?:cuda\.)?\w+' as parameter '(\w+)'", lambda c: f"`{c.match.group(1)}` is a parameter, and only another one can take its place: nn.Parameter(tensor).", MODULES),
    Rule((TypeError,), r"(\S+) is not a Module subclass", lambda c: f"nn.Sequential takes layers one after the other, and {c.match.group(1)} is none: nn.Sequential(*layers) unpacks a list, nn.ReLU() is the layer of torch.relu.", MODULES),
    Rule((AssertionError,), r"Size mismatch between tensors", lambda c: f"inputs and targets must be equally many: the first dimensions differ.{c.tensors()}", SHAPES),
    Rule((FileNotFoundError,), r"No such file or directory: '?([^']*)'?", lambda c: f"there is no file `{c.match.group(1)}`; each run works in an empty folder of its own, so save and load in one answer.", "workflow/saving"),
    Rule((ValueError,), r"too many values to unpack \(expected (\d+)\)|not enough values to unpack \(expected (\d+), got (\d+)\)", lambda c: f"{c.match.group(1) or c.match.group(2)} names stand on the left, and the right side gives another number of values."),
    Rule((TypeError,), r"Expected state_dict to be dict-like, got <class '(?:\w+\.)*(\w+)'>", words.no_state_dict, "workflow/saving"),
    Rule((RuntimeError,), r"Error\(s\) in loading state_dict", lambda c: f"the file's parameters do not fit this model: {' '.join(c.text.split())[:200]}", "workflow/saving"),
    Rule((Exception,), r"Weights only load failed", "torch.load reads tensors and plain containers only, unless told to trust the file: save the state_dict, or pass weights_only=False for a file of your own.", "workflow/saving"),
    Rule((TypeError,), r"got an unexpected keyword argument 'axis'|invalid combination of arguments - got \([^)]*axis=NoneType", "one of NumPy's functions was given a tensor: use torch's own, torch.mean(x) or x.mean(), or hand it an array, x.cpu().numpy().", NUMPY),
    Rule((TypeError,), r"\bellipsis\b", "a `...` is still in this line, where something is to be filled in."),
    Rule((TypeError,), r"missing \d+ required (?:positional|keyword-only) argument|takes \d+ positional arguments? but|unexpected keyword argument", words.missing_argument),
    Rule((TypeError,), r"'NoneType' object is not (?:callable|iterable|subscriptable)|unsupported operand .*'NoneType'|must be Tensor, not NoneType|type of NoneType", words.is_none),
    Rule((TypeError,), r"'Tensor' object is not callable", "a tensor is called like a function: is a name used twice, or an operator missing before a parenthesis?"),
    Rule((TypeError,), r"'(?:int|float|str|(?:torch\.)?(?:Size|device|dtype))' object is not callable", "a value is called like a function; x.ndim, x.shape and x.device, for example, are used without parentheses. Or is a * missing before a parenthesis?"),
    Rule((TypeError,), r"'(?:builtin_function_or_method|method|function)' object is not subscriptable", "a function is followed by square brackets: it is called with parentheses, as in torch.tensor([1, 2])."),
    Rule((RuntimeError,), r"expand\(torch\.\w+\{\[([\d, ]+)\]\}, size=\[\]\)", lambda c: f"a place for one number is given a tensor of shape [{c.match.group(1)}].{c.tensors()} Is there something to add up first?", "tensors/indexing"),
    Rule((TypeError,), r"(\w+)\(\) received an invalid combination of arguments - got \((.*?)\), but expected", words.invalid_arguments),
    Rule((TypeError,), r"'module' object is not callable", "a module of Python is called like a function: does the name want a capital letter, as in nn.Parameter, or one more name after a dot?"),
    Rule((TypeError,), r"descriptor '__init__' of 'super' object needs an argument", "super is called before the dot: super().__init__().", MODULES),
    Rule((UnboundLocalError,), r"local variable '(\w+)'", lambda c: f"`{c.match.group(1)}` is used before it has a value: which line makes it, and does that line come first?"),
    Rule((NameError,), r"name '(\w+)' is not defined", words.name_error),
    Rule((AttributeError,), r"OrderedDict' object has no attribute '(?:eval|train|forward|parameters|to)'", "this is a state_dict, a dict of tensors, and no model: build the model, then load the dict into it with model.load_state_dict.", "workflow/saving"),
    Rule((AttributeError,), r"module 'torch' has no attribute 'load_state_dict'", "load_state_dict belongs to the model: model.load_state_dict(a dict).", "workflow/saving"),
    Rule((AttributeError,), r"'(?:int|float|list)' object has no attribute 'detach'", "nn.Parameter takes a tensor, such as torch.randn(1).", MODULES),
    Rule((AttributeError,), r"'(?:Tensor|Parameter)' object has no attribute 'zero_grad'", "optimizers and modules have zero_grad(), a tensor has not: w.grad = None clears its gradient.", STOPPING),
    Rule((AttributeError,), r"'(?:\w+\.)*(\w+)' object has no attribute '(\w+)'", words.no_attribute),
    Rule((AttributeError,), r"attribute '(\w+)' of 'torch\._C\.TensorBase' objects is not writable", lambda c: f"a tensor's {c.match.group(1)} cannot be assigned; methods give a new tensor, as x.to(device) and x.reshape(...) do."),
    Rule((TypeError,), r"argument 'device' must be torch.device, not Tensor", "device= takes a device, and this is a tensor: x.device is the device of x.", DEVICES),
    Rule((TypeError,), r"must be tuple of ints,but got torch.device", "a device is given by name, device=...; without it, it is taken for a size.", DEVICES),
    Rule((AttributeError,), r"module '([\w.]+)' has no attribute '(\w+)'", lambda c: f"there is no `{c.match.group(2)}` in {c.match.group(1)}: is it spelled right, or in another part of it?"),
    Rule((ModuleNotFoundError,), r"No module named '([\w.]+)'", lambda c: (f"there is no module {c.match.group(1)} for this Python; the exercises need only torch and what they import themselves.")),
    Rule((TypeError,), r"'type' object does not support the context manager protocol", "a class stands after `with`: parentheses behind it make what `with` needs, as in torch.inference_mode().", STOPPING),
    Rule((TypeError,), r"^eval\(\) arg 1 must be", "this is Python's own eval(). A model's is a method: model.eval().", "workflow/linear_regression"),
    Rule((EOFError,), r"", "your code reads from the keyboard (input()), and here nobody answers; write the value into the code."),
)
# fmt: on
