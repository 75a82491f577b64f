"""Writing: turns and findings in, note sentences with evidence and verdict out. Knows no audio and no database."""
