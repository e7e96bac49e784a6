"""How fast and how safe the record is: servers that are killed, typing candidates, and what it costs."""
