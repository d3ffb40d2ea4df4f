"""The network of `experts`: the demo models' Llama with a mixture of experts in place of the MLP.

Parameter names in a checkpoint are those of Hugging Face's MixtralForCausalLM; compare.py checks
that the logits agree, too. In memory the experts of a layer are stacked, so that gate and up are
one product.

Shapes in comments: N tokens, D hidden, F channels of an expert, E experts, K of them per token.
"""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from model import Block, Llama, Shape, config_json, load

# Share of the balance loss in the training loss.
BALANCE = 0.01


@dataclass(frozen=True)
class MixtralShape(Shape):
    """The defaults are those of `experts`."""

    intermediate_size: int = 128
    num_hidden_layers: int = 3
    num_local_experts: int = 6
    num_experts_per_tok: int = 2


class SparseMlp(nn.Module):
    """Sends each token to the K experts its router likes best and adds what they say.

    The weights of the K are the router's probabilities, scaled to sum to 1.
    """

    def __init__(self, shape: MixtralShape):
        super().__init__()
        d, f, e = shape.hidden_size, shape.intermediate_size, shape.num_local_experts
        self.per_token = shape.num_experts_per_tok
        self.gate = nn.Linear(d, e, bias=False)
        self.gate_up = nn.Parameter(torch.empty(e, 2 * f, d))  # w1 over w3
        self.down = nn.Parameter(torch.empty(e, d, f))  # w2
        self.balance: Tensor | None = None  # of the last batch, see balance_loss
        self.load: Tensor | None = None  # tokens each expert got in the last batch

    def forward(self, x: Tensor) -> Tensor:
        flat = x.flatten(0, -2)
        share = self.gate(flat).softmax(-1)
        weight, chosen = share.topk(self.per_token, -1)
        weight = weight / weight.sum(-1, keepdim=True)
        self.load = torch.bincount(chosen.flatten(), minlength=len(self.down))
        self.balance = balance_loss(share, self.load, len(flat))

        # Tokens in order of their expert, so that each expert is one product over its rows.
        order = chosen.flatten().argsort(stable=True)
        rows = flat.index_select(0, order // self.per_token).split(self.load.tolist())
        experts = zip(rows, self.gate_up.unbind(), self.down.unbind())
        said = torch.cat([expert(r, gate_up, down) for r, gate_up, down in experts])
        back = torch.empty_like(order).scatter_(0, order, torch.arange(len(order)))
        said = said.index_select(0, back).view(len(flat), self.per_token, -1)
        return torch.einsum("nkd,nk->nd", said, weight).view_as(x)


def expert(x: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    """down(silu(gate(x)) * up(x)); x: n x D, gate_up: 2F x D, down: D x F."""
    gate, up = F.linear(x, gate_up).chunk(2, -1)
    return F.linear(F.silu(gate) * up, down)


def balance_loss(share: Tensor, load: Tensor, tokens: int) -> Tensor:
    """The auxiliary loss of the Switch transformer over a batch; K when the experts are even.

    Counted over the whole batch, not over a window: experts may prefer a kind of text as long as
    the batch keeps them all busy.
    """
    return len(load) * (load / tokens * share.mean(0)).sum()


class ExpertsBlock(Block):
    """x + attention(norm(x)), then x + experts(norm(x))."""

    def __init__(self, shape: MixtralShape):
        super().__init__(shape)
        self.mlp = SparseMlp(shape)


class Mixtral(Llama):
    """Token ids to logits, as Llama."""

    block = ExpertsBlock

    def __init__(self, shape: MixtralShape = MixtralShape()):
        super().__init__(shape)

    def draw_weights(self) -> None:
        super().draw_weights()
        scale = self.shape.initializer_range
        for layer in self.model.layers:
            nn.init.normal_(layer.mlp.gate_up, 0, scale)
            nn.init.normal_(layer.mlp.down, 0, scale / math.sqrt(2 * self.shape.num_hidden_layers))

    def balance(self) -> Tensor:
        """Sum of the layers' balance losses in the last batch."""
        return torch.stack([layer.mlp.balance for layer in self.model.layers]).sum()

    def checkpoint(self) -> dict[str, Tensor]:
        """The weights by Hugging Face's names: of each expert w1 (gate), w3 (up) and w2 (down)."""
        named = {}
        for name, t in super().checkpoint().items():
            layer, _, part = name.partition(".mlp.")
            sparse = f"{layer}.block_sparse_moe"
            if part == "gate.weight":
                named[f"{sparse}.gate.weight"] = t
            elif part == "gate_up":
                for e, both in enumerate(t):
                    gate, up = both.chunk(2)
                    named[f"{sparse}.experts.{e}.w1.weight"] = gate
                    named[f"{sparse}.experts.{e}.w3.weight"] = up
            elif part == "down":
                for e, down in enumerate(t):
                    named[f"{sparse}.experts.{e}.w2.weight"] = down
            else:
                named[name] = t
        return named


def mixtral_config(shape: MixtralShape) -> dict:
    """The config.json that Hugging Face's MixtralForCausalLM expects."""
    dense = config_json(shape)
    del dense["mlp_bias"]
    return {
        **dense,
        "architectures": ["MixtralForCausalLM"],
        "model_type": "mixtral",
        "router_aux_loss_coef": BALANCE,
        "sliding_window": None,
    }


def load_experts(folder: Path) -> Mixtral:
    """Reads what `save` wrote of a Mixtral, as float32, ready for inference."""
    config = json.loads((folder / "config.json").read_text())
    model = Mixtral(MixtralShape(**{name: config[name] for name in asdict(MixtralShape())}))
    weights = {name: t.float() for name, t in load_file(folder / "model.safetensors").items()}
    own = model.checkpoint()  # views of the parameters
    if own.keys() != weights.keys():
        raise ValueError(f"{folder}: tensors {sorted(own.keys() ^ weights.keys())[:4]} differ")
    for name, t in own.items():
        t.copy_(weights[name])
    return model.eval()


def load_any(folder: Path) -> Llama:
    """Reads a model of either kind, as its config.json says."""
    kind = json.loads((folder / "config.json").read_text())["model_type"]
    return load_experts(folder) if kind == "mixtral" else load(folder)
