"""A tiny causal model of the library transformers, trained on composed recipes for seconds."""

from __future__ import annotations

from pathlib import Path

import torch

from tests.composed import compose_recipes

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ message['content'] }} {% endfor %}recipe for soup |"
)


def save_tiny_model(folder: Path, steps: int = 30) -> Path:
    """Save a GPT-2 with two narrow layers in a folder, as ``save_pretrained`` does."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    texts = [
        f"recipe for {recipe['title']} | {' '.join(recipe['directions'])}"  # type: ignore[arg-type]
        for recipe in compose_recipes(200, seed=4)
    ]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=500, special_tokens=["<|end|>"], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|end|>", bos_token="<|end|>", pad_token="<|end|>"
    )
    fast.chat_template = CHAT_TEMPLATE
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=len(fast),
        n_positions=256,
        n_embd=48,
        n_layer=2,
        n_head=2,
        bos_token_id=0,
        eos_token_id=0,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
    )
    model = GPT2LMHeadModel(config)
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    ids = [[*fast(text)["input_ids"][:80], 0] for text in texts]
    for step in range(steps):
        chosen = [ids[(step * 8 + at) % len(ids)] for at in range(8)]
        length = max(map(len, chosen))
        batch = torch.tensor([each + [0] * (length - len(each)) for each in chosen])
        loss = model(input_ids=batch, labels=batch).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.generation_config.do_sample = True  # `transformers serve` heeds a temperature only then
    model.save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder
