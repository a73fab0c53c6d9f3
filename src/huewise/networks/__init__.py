"""PyTorch modules, one file per architecture (extra `train`). Start with `photo.py`.

Nothing here reads files or knows how it is trained; nothing in the running product imports this room.
Tensors are `ab_b2hw` and the like: ab divided by 110, L as L/50 - 1 (the normalization that a spec records).
"""
