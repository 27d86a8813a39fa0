"""Errors of a module that both sides allow."""


class OutOfStock(Exception):
    def __init__(self, message="", item=None):
        super().__init__(message)
        self.kwargs = {"item": item}
        self.item = item
