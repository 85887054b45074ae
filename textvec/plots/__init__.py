"""Pictures of what models do and of how alike texts are, on the axes of Matplotlib."""
