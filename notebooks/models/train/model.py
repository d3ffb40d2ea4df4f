"""The network of the demo models: a small Llama in plain torch.

Parameter names are those of Hugging Face's LlamaForCausalLM, so a state dict of ours is a
checkpoint of theirs; compare.py checks that the logits agree, too.

Shapes in comments: B sequences, T tokens each, D hidden, H heads, K key-value heads, C channels of
a head (D = H * C).
"""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

# Keys and values of the tokens already read, one pair per layer; None before the first token.
KeyValues = tuple[Tensor, Tensor] | None

TIED_HEAD = "lm_head.weight"


@dataclass(frozen=True)
class Shape:
    """What config.json says about the size of the network; the defaults are the demo models'."""

    hidden_size: int = 128
    intermediate_size: int = 384
    num_hidden_layers: int = 5
    vocab_size: int = 2048
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    max_position_embeddings: int = 512
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-5
    initializer_range: float = 0.02

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads


class RmsNorm(nn.Module):
    """x / rms(x) * weight over the last axis."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.hidden_size))
        self.eps = shape.rms_norm_eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), self.eps)


def rope_tables(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosine and sine of position * theta^(-2i/C), positions x C; both halves of C are alike."""
    even = torch.arange(0, shape.head_dim, 2).float()
    frequency = 1 / (shape.rope_theta ** (even / shape.head_dim))
    angle = torch.outer(torch.arange(shape.max_position_embeddings).float(), frequency)
    angle = torch.cat([angle, angle], -1)
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns each pair of channels (i, i + C/2) by the angle of its position. x: B x H x T x C."""
    half = x.shape[-1] // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * cos + turned * sin


class Attention(nn.Module):
    """Causal self-attention in which H / K query heads share one key-value head."""

    def __init__(self, shape: Shape):
        super().__init__()
        d, c = shape.hidden_size, shape.head_dim
        self.head_dim = c
        self.share = shape.num_attention_heads // shape.num_key_value_heads
        self.q_proj = nn.Linear(d, shape.num_attention_heads * c, bias=False)
        self.k_proj = nn.Linear(d, shape.num_key_value_heads * c, bias=False)
        self.v_proj = nn.Linear(d, shape.num_key_value_heads * c, bias=False)
        self.o_proj = nn.Linear(shape.num_attention_heads * c, d, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, past: KeyValues):
        """x: B x T x D; returns the output of the same shape and the keys and values so far."""
        q = rotate(self.heads(self.q_proj(x)), cos, sin)
        k = rotate(self.heads(self.k_proj(x)), cos, sin)
        v = self.heads(self.v_proj(x))
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        # With a past we read one token at a time, and it may see everything.
        y = F.scaled_dot_product_attention(
            q,
            k.repeat_interleave(self.share, 1),
            v.repeat_interleave(self.share, 1),
            is_causal=past is None,
        )
        return self.o_proj(y.transpose(1, 2).flatten(2)), (k, v)

    def heads(self, x: Tensor) -> Tensor:
        """B x T x (heads * C) to B x heads x T x C."""
        return x.unflatten(-1, (-1, self.head_dim)).transpose(1, 2)


class GatedMlp(nn.Module):
    """down(silu(gate(x)) * up(x))."""

    def __init__(self, shape: Shape):
        super().__init__()
        d, f = shape.hidden_size, shape.intermediate_size
        self.gate_proj = nn.Linear(d, f, bias=False)
        self.up_proj = nn.Linear(d, f, bias=False)
        self.down_proj = nn.Linear(f, d, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x))."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.self_attn = Attention(shape)
        self.input_layernorm = RmsNorm(shape)
        self.post_attention_layernorm = RmsNorm(shape)
        self.mlp = GatedMlp(shape)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, past: KeyValues):
        attended, past = self.self_attn(self.input_layernorm(x), cos, sin, past)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), past


class Body(nn.Module):
    """Everything below the head."""

    def __init__(self, shape: Shape, block: type[Block]):
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.layers = nn.ModuleList(block(shape) for _ in range(shape.num_hidden_layers))
        self.norm = RmsNorm(shape)


class Llama(nn.Module):
    """Token ids to logits. The head's weight is the embedding's (tied)."""

    block = Block

    def __init__(self, shape: Shape = Shape()):
        super().__init__()
        self.shape = shape
        self.model = Body(shape, self.block)
        self.lm_head = nn.Linear(shape.hidden_size, shape.vocab_size, bias=False)
        self.draw_weights()
        self.lm_head.weight = self.model.embed_tokens.weight
        cos, sin = rope_tables(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def draw_weights(self) -> None:
        """Normal weights; what is added to the residual stream starts smaller, as in GPT-2."""
        residual = 1 / math.sqrt(2 * self.shape.num_hidden_layers)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                adds = name.endswith(("o_proj.weight", "down_proj.weight"))
                scale = residual if adds else 1.0
                nn.init.normal_(weight, 0, self.shape.initializer_range * scale)

    def forward(self, ids: Tensor, past: list[KeyValues] | None = None) -> Tensor:
        """ids: B x T to logits B x T x vocab.

        `past` holds one entry per layer and is brought up to date in place; with entries that are
        not None, T must be 1.
        """
        past = [None] * len(self.model.layers) if past is None else past
        start = 0 if past[0] is None else past[0][0].shape[2]
        x = self.model.embed_tokens(ids)
        cos = self.cos[start : start + ids.shape[1]].to(x.dtype)
        sin = self.sin[start : start + ids.shape[1]].to(x.dtype)
        for i, layer in enumerate(self.model.layers):
            x, past[i] = layer(x, cos, sin, past[i])
        return self.lm_head(self.model.norm(x))

    def checkpoint(self) -> dict[str, Tensor]:
        """The weights by Hugging Face's names, without the tied head."""
        return {name: t for name, t in self.state_dict().items() if name != TIED_HEAD}


def config_json(shape: Shape) -> dict:
    """The config.json that Hugging Face's LlamaForCausalLM expects."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "pad_token_id": 1,
        "head_dim": shape.head_dim,
        "torch_dtype": "bfloat16",
        "tie_word_embeddings": True,
        **asdict(shape),
    }


def save(model: Llama, folder: Path, config: dict) -> None:
    """Writes bf16 model.safetensors (without the tied head) and config.json.

    The weights are written beside the old ones and then renamed, so that a run that is cut off
    leaves a whole file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name: tensor.detach().to(torch.bfloat16).contiguous()
        for name, tensor in model.checkpoint().items()
    }
    unfinished = folder / "model.safetensors.part"
    save_file(weights, unfinished, metadata={"format": "pt"})
    unfinished.replace(folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=1))


def load(folder: Path) -> Llama:
    """Reads what `save` wrote, as float32, ready for inference."""
    config = json.loads((folder / "config.json").read_text())
    model = Llama(Shape(**{name: config[name] for name in asdict(Shape())}))
    weights = {name: t.float() for name, t in load_file(folder / "model.safetensors").items()}
    weights[TIED_HEAD] = weights["model.embed_tokens.weight"]
    model.load_state_dict(weights)
    return model.eval()
