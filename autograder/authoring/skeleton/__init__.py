"""What `new` writes: a small exercise and a written question that work, for authors to replace with their own."""
