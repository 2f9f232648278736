{{ stopped_with("it's 50% of \\1, said İ") }}
