"""The bridge: what is stored about a course becomes the forecast's question, and its answer becomes what people see."""
