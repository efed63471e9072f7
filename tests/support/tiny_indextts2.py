"""A tiny IndexTTS-2 (or 2.5) checkpoint with random weights, laid out exactly as the published one.

    make_checkpoint(config.models_path / "indextts2")

The language model ends a sentence after some thirty codes (0.6 s), whatever the sentence is. The model that reads
emotions from words looks at the last character alone: 兴 is happy, 怒 is angry, 伤 is sad, all else is calm.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import torch
import yaml
from safetensors.torch import save_file
from torch import nn

from indextts.engines.indextts2.checkpoint.config import load
from indextts.engines.indextts2.frontend.v25 import special_count
from indextts.engines.indextts2.reference.acoustics import LatentProjection, LengthRegulator, RegulatorConfig
from indextts.engines.indextts2.reference.bigvgan import BigVGAN, BigVGANConfig
from indextts.engines.indextts2.reference.campplus import Campplus, CampplusConfig
from indextts.engines.indextts2.reference.conditioning import Conditioning
from indextts.engines.indextts2.reference.dit import DiT, DiTConfig
from indextts.engines.indextts2.reference.gpt import UnifiedVoice
from indextts.engines.indextts2.reference.semantic_codec import CodecConfig, EnhancedCodec
from indextts.platform.storage.files import sha256_file
from indextts.platform.storage.manifest import MANIFEST

State = dict[str, torch.Tensor]
Version = Literal["2.0", "2.5"]

FEATURES, WIDTH, CODES, BANDS, STYLE, CONTENT = 32, 32, 64, 80, 192, 16
START, STOP = CODES, CODES + 1
GROUPS: Final = [3, 17, 2, 8, 4, 5, 10, 24]
USUAL_CODES: Final = 30
"""Codes after which a sentence ends, about."""

_ENCODER: Final = {
    "output_size": 16, "linear_units": 24, "attention_heads": 2, "num_blocks": 1, "input_layer": "conv2d2",
    "perceiver_mult": 1,
}  # fmt: skip
_CORPUS: Final = (
    "今 天 天 气 很 好 , 我 们 一 起 去 公 园 走 走 . 你 好 , 世 界 ! 重 庆 在 哪 里 ? CHONG2 QING4 ZHONG4 HAO3 XING2",
    "HELLO WORLD , THIS IS A SMALL VOICE THAT READS WHAT YOU WRITE . IT HAS NEVER HEARD ANYBODY SPEAK !",
    "一 二 三 四 五 六 七 八 九 十 百 千 万 年 月 日 点 半 人 大 小 上 下 来 去 说 话 听 见 声 音 - … '",
)
_ANSWERS: Final = {"兴": "高兴", "怒": "愤怒", "伤": "悲伤"}


def make_checkpoint(
    folder: Path, version: Version = "2.0", *, qwen: bool = True, manifest: bool = True, seed: int = 0
) -> Path:
    """Write a checkpoint into ``folder`` and return it; without ``qwen`` no emotion can be read from words.

    With ``manifest`` it counts as installed by the model store.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text_tokens = 256 + special_count() if version == "2.5" else _text_model(folder / "bpe.model")
    if version == "2.5":
        lines = [f"{base64.b64encode(bytes([byte])).decode()} {byte}" for byte in range(256)]
        (folder / "multilingual_zh_ja_yue_char_del.tiktoken").write_text("\n".join(lines), encoding="ascii")
    settings = _settings(version, text_tokens)
    (folder / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        _write_gpt(folder)
        _write_s2mel(folder, settings["s2mel"], version)
        _write_codec(folder, settings["semantic_codec"], version)
        _save(folder / "feat1.pt", torch.randn(sum(GROUPS), STYLE))
        _save(folder / "feat2.pt", torch.randn(sum(GROUPS), WIDTH))
        statistics = {"mean": torch.randn(FEATURES) * 0.1, "var": torch.rand(FEATURES) + 0.5}
        _save(folder / "wav2vec2bert_stats.pt", statistics)
        _write_w2vbert(folder / "w2v-bert-2.0")
        style = _drawn(lambda: Campplus(CampplusConfig(BANDS, STYLE, 4, 2, 8)))
        _save(folder / "campplus" / "campplus_cn_common.bin", style)
        _write_bigvgan(folder / "bigvgan")
    if qwen:
        _write_qwen(folder / "qwen0.6bemo4-merge")
    if manifest:
        write_manifest(folder)
    return folder


def write_manifest(folder: Path) -> None:
    """What the model store writes when it has fetched a model."""
    files = {
        path.relative_to(folder).as_posix(): {"sha256": sha256_file(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST and not path.name.startswith(".")
    }
    told = {"model": "indextts2", "identity": "tiny", "files": files}
    (folder / MANIFEST).write_text(json.dumps(told), encoding="utf-8")


def _settings(version: Version, text_tokens: int) -> dict[str, Any]:
    gpt = {
        "model_dim": WIDTH, "heads": 2, "layers": 2, "max_text_tokens": 600, "max_mel_tokens": 1815,
        "number_text_tokens": text_tokens, "number_mel_codes": CODES + 2, "start_mel_token": START,
        "stop_mel_token": STOP, "start_text_token": 0, "stop_text_token": 1, "use_mel_codes_as_input": True,
        "mel_length_compression": 1024, "train_solo_embeddings": False, "condition_type": "conformer_perceiver",
        "condition_module": _ENCODER, "emo_condition_module": _ENCODER,
    }  # fmt: skip
    codec = {
        "codebook_size": CODES, "hidden_size": FEATURES, "codebook_dim": 4, "vocos_dim": 16,
        "vocos_intermediate_dim": 24, "vocos_num_layers": 1,
    }  # fmt: skip
    s2mel = {
        "preprocess_params": {
            "sr": 22050,
            "spect_params": {
                "n_fft": 1024, "win_length": 1024, "hop_length": 256, "n_mels": BANDS, "fmin": 0, "fmax": "None",
            },
        },
        "dit_type": "DiT",
        "style_encoder": {"dim": STYLE},
        "length_regulator": {
            "channels": CONTENT, "in_channels": FEATURES, "is_discrete": False, "sampling_ratios": [1, 1, 1, 1],
            "vector_quantize": False, "n_codebooks": 1, "content_codebook_size": 2048, "f0_condition": False,
        },
        "DiT": {
            "hidden_dim": 16, "num_heads": 2, "depth": 3, "in_channels": BANDS, "content_dim": CONTENT,
            "content_type": "discrete", "style_condition": True, "final_layer_type": "wavenet",
            "long_skip_connection": True, "uvit_skip_connection": True, "block_size": 8192,
        },
        "wavenet": {
            "hidden_dim": 16, "num_layers": 2, "kernel_size": 5, "dilation_rate": 1, "style_condition": True,
        },
    }  # fmt: skip
    both: dict[str, Any] = {
        "version": float(version), "gpt": gpt, "semantic_codec": codec, "s2mel": s2mel, "gpt_checkpoint": "gpt.pth",
        "w2v_stat": "wav2vec2bert_stats.pt", "s2mel_checkpoint": "s2mel.pth", "emo_matrix": "feat2.pt",
        "spk_matrix": "feat1.pt", "emo_num": GROUPS, "qwen_emo_path": "qwen0.6bemo4-merge/",
        "vocoder": {"type": "bigvgan", "name": "nvidia/bigvgan_v2_22khz_80band_256x"},
    }  # fmt: skip
    return both if version == "2.5" else {**both, "dataset": {"bpe_model": "bpe.model", "sample_rate": 24000}}


def _text_model(path: Path) -> int:
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_CORPUS), model_writer=model, vocab_size=160, model_type="bpe", bos_id=0, eos_id=1,
        unk_id=2, character_coverage=1.0, minloglevel=2, num_threads=1, hard_vocab_limit=False,
    )  # fmt: skip
    path.write_bytes(model.getvalue())
    return int(sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()).GetPieceSize())


def _write_gpt(folder: Path) -> None:
    config = load(folder).gpt
    state = {**_drawn(lambda: Conditioning(config)), **_drawn(lambda: UnifiedVoice(config))}
    # One channel knows how many codes there are, and the stop token listens to it alone.
    places = state["mel_pos_embedding.emb.weight"]
    places[:, 0] = (torch.arange(len(places)) - USUAL_CODES).clamp(-20, 20) * 0.6
    for name in ("gpt.ln_f", "final_norm"):
        state[f"{name}.weight"][:], state[f"{name}.bias"][:] = 1.0, 0.0
    head, bias = state["mel_head.weight"], state["mel_head.bias"]
    head[:, 0], head[STOP] = 0.0, 0.0
    head[STOP, 0], bias[STOP], bias[START] = 12.0, -12.0, -1e4
    # What published files hold besides, and nobody reads.
    state["text_head.weight"] = torch.zeros(config.number_text_tokens + 1, WIDTH)
    state["text_head.bias"] = torch.zeros(config.number_text_tokens + 1)
    state["gpt.h.0.attn.bias"] = torch.ones(1, 1, 4, 4)
    state["emo_conditioning_encoder.embed.pos_enc.pe"] = torch.zeros(1, 50, 16)
    _save(folder / "gpt.pth", state if config.speaker == "features" else {"model": state})


def _write_s2mel(folder: Path, said: Mapping[str, Any], version: Version) -> None:
    flow = _split(_drawn(lambda: DiT(DiTConfig.read(said))), ("wavenet.", "final_layer.linear."))
    estimator = {f"estimator.{name}": tensor for name, tensor in flow.items()}
    estimator["estimator.input_pos"] = torch.arange(16)
    regulator = _drawn(lambda: LengthRegulator(RegulatorConfig.read(said["length_regulator"])))
    regulator["mask_token"] = torch.zeros(1, CONTENT)
    net = {"cfm": estimator, "length_regulator": {f"module.{name}": regulator[name] for name in regulator}}
    if version == "2.0":
        net["gpt_layer"] = _drawn(lambda: LatentProjection((WIDTH, 8, 4, FEATURES)))
    _save(folder / "s2mel.pth", {"net": net})


def _write_codec(folder: Path, said: Mapping[str, Any], version: Version) -> None:
    state = _drawn(lambda: EnhancedCodec(CodecConfig.read(said)))
    projections = ("quantizer.quantizers.0.in_project.", "quantizer.quantizers.0.out_project.")
    if version == "2.5":
        _save(folder / "codec.pth", {"model": _split(state, projections)})
        return
    kept = {name: state[name] for name in state if not name.startswith(("down.", "up."))}
    path = folder / "semantic_codec" / "model.safetensors"
    path.parent.mkdir(exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in _split(kept, projections).items()}, path)


def _write_w2vbert(folder: Path) -> None:
    from transformers import Wav2Vec2BertConfig, Wav2Vec2BertModel

    config = Wav2Vec2BertConfig(
        hidden_size=FEATURES, num_hidden_layers=18, num_attention_heads=2, intermediate_size=16,
        conv_depthwise_kernel_size=3, feature_projection_input_dim=160, left_max_position_embeddings=8,
        right_max_position_embeddings=4, apply_spec_augment=True,
    )  # fmt: skip
    folder.mkdir(exist_ok=True)
    state = {name: tensor.contiguous() for name, tensor in Wav2Vec2BertModel(config).state_dict().items()}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config.to_dict()), encoding="utf-8")
    frontend = {"feature_extractor_type": "SeamlessM4TFeatureExtractor", "padding_value": 1, "sampling_rate": 16000}
    (folder / "preprocessor_config.json").write_text(json.dumps(frontend), encoding="utf-8")


def _write_bigvgan(folder: Path) -> None:
    said = {
        "resblock": "1", "num_mels": BANDS, "upsample_rates": [8, 8, 4], "upsample_kernel_sizes": [16, 16, 8],
        "upsample_initial_channel": 32, "resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[1, 3]],
        "use_tanh_at_final": False, "use_bias_at_final": False, "activation": "snakebeta", "snake_logscale": True,
        "sampling_rate": 22050,
    }  # fmt: skip
    state = _drawn(lambda: BigVGAN(BigVGANConfig.read(said)))
    for name, tensor in state.items():
        if name.endswith("filter"):
            tensor[:] = torch.hann_window(tensor.shape[-1] + 2)[1:-1]
            tensor /= tensor.sum()
    state["conv_post.weight"] *= 0.05 / state["conv_post.weight"].abs().mean()
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(said), encoding="utf-8")
    _save(folder / "bigvgan_generator.pt", {"generator": _split(state, ("conv_pre.", "ups.", "resblocks.", "conv_po"))})


def _write_qwen(folder: Path) -> None:
    """A language model that always goes on in the same way behind the same token: no layer of it does anything."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

    answers = {last: json.dumps({name: 0.9}, ensure_ascii=False) for last, name in _ANSWERS.items()}
    calm = json.dumps({"自然": 1.0}, ensure_ascii=False)
    words = ["<other>", "<end>", *_ANSWERS, *answers.values(), calm]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token="<other>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.decoder = decoders.Fuse()
    folder.mkdir(exist_ok=True)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<other>", eos_token="<end>")
    fast.chat_template = "{% for message in messages %}{{ message.content }}{% endfor %}"
    fast.save_pretrained(folder)
    config = Qwen3Config(
        vocab_size=len(words), hidden_size=16, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=1, head_dim=8, tie_word_embeddings=False, eos_token_id=1, pad_token_id=1, bos_token_id=1,
    )  # fmt: skip
    model = Qwen3ForCausalLM(config)
    for tensor in model.parameters():
        tensor.data.zero_()
    model.model.norm.weight.data.fill_(1.0)
    after = {
        0: numbers[calm],
        **{numbers[last]: numbers[answer] for last, answer in answers.items()},
        **dict.fromkeys((numbers[answer] for answer in (*answers.values(), calm)), 1),
    }
    for token, following in after.items():
        model.model.embed_tokens.weight.data[token, token] = 1.0
        model.lm_head.weight.data[following, token] = 4.0
    model.half().save_pretrained(folder)


def _drawn(make: Callable[[], nn.Module]) -> State:
    """A network's state with every weight drawn, so that signals keep about their size."""
    state: State = {}
    for name, tensor in make().state_dict().items():
        if not tensor.is_floating_point():
            state[name] = tensor.clone()
        elif tensor.ndim > 1:
            state[name] = torch.randn(tensor.shape) / max(1, tensor[0].numel()) ** 0.5
        elif "running_var" in name or name.endswith("weight"):
            state[name] = torch.rand(tensor.shape) * 0.4 + 0.8
        else:
            state[name] = torch.randn(tensor.shape) * 0.1
    return state


def _split(state: State, prefixes: tuple[str, ...]) -> State:
    """Weights as published: those of ``prefixes`` in two parts, a length and a direction."""
    parts: State = {}
    for name, tensor in state.items():
        if name.startswith(prefixes) and name.endswith(".weight") and tensor.ndim > 1:
            parts[f"{name}_g"] = tensor.flatten(1).norm(dim=1).reshape(-1, *[1] * (tensor.ndim - 1))
            parts[f"{name}_v"] = tensor * 0.5
        else:
            parts[name] = tensor
    return parts


def _save(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    torch.save(content, path)
