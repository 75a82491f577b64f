"""Understanding: turns in; findings, segments and codes out. Knows nothing of models that write, HTTP or databases."""
