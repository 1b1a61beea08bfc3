"""What came out: the runs, the table and the page behind docs/findings.md, by one command.

    make findings CORPUS="Epicurious=FILE" SECOND="Another site=FILE"

- ``plan`` says which runs there are and how long they take, and ``runs`` does them.
- ``measures`` reads the tables of a run, and ``words`` those about drawn words.
- ``combine`` has the statistics over networks, and ``known`` what all runs say together.
- ``questions`` asks, and ``table`` keeps every number of the page in one file.
- ``page`` makes the page from that file alone, ``sentences`` its answers and ``charts`` its charts.
"""
