"""Runs the network one word at a time, for many texts at once.

It computes what :meth:`RecipeLSTM.features` computes, with two shortcuts. While words are drawn,
the weights do not change, so the first layer's product with the embedding of a word is looked up in
a table of all words. And the memory of the state is used again at each step.
"""

from __future__ import annotations

import torch
from torch import Tensor

from recipegen.language.model import RecipeLSTM
from recipegen.language.reused_memory import Scratch

LARGEST_TABLE = 2**25
"""Numbers in the largest table, of 134 MB. Larger networks work out the product at each step."""


class Steps:
    """The LSTM after the words so far of each text (Hochreiter & Schmidhuber 1997).

    The gates are those of ``torch.nn.LSTM``, in its order: input, forget, cell and output.
    """

    def __init__(self, model: RecipeLSTM, rows: int) -> None:
        """Start ``rows`` texts, with a state of zeros. The weights must not change afterwards."""
        lstm = model.lstm
        self._embedding, self._projection = model.embedding.weight.detach(), model.projection
        self._inputs = [weight.T for weight in _of_layers(lstm, "weight_ih")]
        self._recurrent = [weight.T for weight in _of_layers(lstm, "weight_hh")]
        biases = zip(_of_layers(lstm, "bias_ih"), _of_layers(lstm, "bias_hh"), strict=True)
        self._biases = [first + second for first, second in biases]
        self._table = None
        if len(self._embedding) * len(self._biases[0]) <= LARGEST_TABLE:
            self._table = torch.addmm(self._biases[0], self._embedding, self._inputs[0])  # (V, 4 H)
        state = self._embedding.new_zeros((2, lstm.num_layers, rows, lstm.hidden_size))
        self._hidden, self._cell = state
        self._scratch = Scratch(self._embedding)

    def read(self, words: Tensor) -> Tensor:
        """The input of the output layer after one more word of each text, shape (B, H) or (B, E).

        The next call may overwrite it.

        Args:
            words: token ids, shape (B,).
        """
        size = self._hidden.shape[-1]
        gates = self._scratch("gates", len(words), 4 * size)
        for layer, (hidden, cell) in enumerate(zip(self._hidden, self._cell, strict=True)):
            if layer == 0 and self._table is not None:
                torch.index_select(self._table, 0, words, out=gates)
            else:
                below = self._hidden[layer - 1] if layer else self._embedding[words]
                torch.addmm(self._biases[layer], below, self._inputs[layer], out=gates)
            gates.addmm_(hidden, self._recurrent[layer])
            gates[:, : 2 * size].sigmoid_()
            gates[:, 2 * size : 3 * size].tanh_()
            gates[:, 3 * size :].sigmoid_()
            inward, forget, new, outward = gates.chunk(4, dim=1)
            cell.mul_(forget).addcmul_(inward, new)
            torch.tanh(cell, out=hidden).mul_(outward)
        return self._projection(self._hidden[-1])  # type: ignore[no-any-return]

    def restart(self, rows: Tensor) -> None:
        """Set the state of some rows to zero."""
        self._hidden[:, rows] = 0
        self._cell[:, rows] = 0

    def keep(self, rows: Tensor) -> None:
        """Go on with some rows only."""
        self._hidden, self._cell = self._hidden[:, rows], self._cell[:, rows]


def _of_layers(lstm: torch.nn.LSTM, name: str) -> list[Tensor]:
    return [getattr(lstm, f"{name}_l{layer}").detach() for layer in range(lstm.num_layers)]
