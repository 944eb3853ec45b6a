from collections import OrderedDict


class Bounded:
    """What is kept under keys, at most `limit` bytes by the sizes given; the least recently used goes first."""

    def __init__(self, limit):
        self.limit = limit
        self.size = 0
        self._items = OrderedDict()

    def get(self, key):
        item = self._items.get(key)
        if item is None:
            return None
        self._items.move_to_end(key)
        return item[0]

    def put(self, key, value, size):
        """Replaces what was under the key. What is larger than a quarter of the limit is not kept."""
        self.drop(key)
        if size > self.limit // 4:
            return
        self._items[key] = value, size
        self.size += size
        while self.size > self.limit:
            self.size -= self._items.popitem(last=False)[1][1]

    def drop(self, key):
        item = self._items.pop(key, None)
        if item is not None:
            self.size -= item[1]

    def __len__(self):
        return len(self._items)
