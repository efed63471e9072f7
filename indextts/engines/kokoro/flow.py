"""An ONNX graph as what makes each value and what uses it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import onnx


def used(node: onnx.NodeProto) -> Iterator[str]:
    """The values that ``node`` reads, those among them that only graphs inside it read."""
    yield from (name for name in node.input if name)
    for inner in _inside(node):
        made = {name for one in inner.node for name in one.output} | {value.name for value in inner.input}
        made |= {value.name for value in inner.initializer}
        yield from (value.name for value in inner.output if value.name not in made)
        for one in inner.node:
            yield from (name for name in used(one) if name not in made)


def renamed(node: onnx.NodeProto, names: dict[str, str]) -> None:
    """Give every value of ``node`` the name that ``names`` has for it, one of its own where it has none."""
    for values in (node.input, node.output):
        values[:] = [_name(value, names) for value in values]
    node.name = node.doc_string = ""
    for inner in _inside(node):
        for value in (*inner.input, *inner.output, *inner.initializer):
            value.name = _name(value.name, names)
        del inner.value_info[:]
        for one in inner.node:
            renamed(one, names)


def _name(value: str, names: dict[str, str]) -> str:
    return names.setdefault(value, f"v{len(names)}") if value else ""


def _inside(node: onnx.NodeProto) -> Iterator[onnx.GraphProto]:
    for attribute in node.attribute:
        if attribute.type == onnx.AttributeProto.GRAPH:
            yield attribute.g
        yield from attribute.graphs


class Subgraph:
    """Those nodes of a graph that the values ``wanted`` need, in their order."""

    def __init__(self, graph: onnx.GraphProto, wanted: Collection[str], stops: Collection[str] = ()) -> None:
        """``stops``: values that are given, so that what makes them is not needed."""
        makers = {name: place for place, node in enumerate(graph.node) for name in node.output}
        needed: set[int] = set()
        self.given: set[str] = set()
        """What no node makes: inputs, weights and ``stops``."""
        waiting = list(wanted)
        while waiting:
            value = waiting.pop()
            place = makers.get(value)
            if value in stops or place is None:
                self.given.add(value)
            elif place not in needed:
                needed.add(place)
                waiting.extend(used(graph.node[place]))
        self.nodes = [graph.node[place] for place in sorted(needed)]
        self.maker = {name: node for node in self.nodes for name in node.output if name}
        self.users: dict[str, list[onnx.NodeProto]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(used(node)):
                self.users.setdefault(name, []).append(node)

    def after(self, values: Iterable[str], but_through: Collection[str] = ()) -> set[str]:
        """Every value that depends on ``values``, without what goes through operators of the kinds ``but_through``."""
        found: set[str] = set()
        waiting = list(values)
        while waiting:
            for node in self.users.get(waiting.pop(), ()):
                if node.op_type not in but_through:
                    fresh = [name for name in node.output if name and name not in found]
                    found.update(fresh)
                    waiting.extend(fresh)
        return found

    def chain(self, value: str, kinds: Collection[str]) -> Iterator[tuple[str, str]]:
        """Operator and value, one after the other, while the one before has one user alone and that is of ``kinds``."""
        while len(users := self.users.get(value, [])) == 1 and users[0].op_type in kinds:
            value = users[0].output[0]
            yield users[0].op_type, value

    def source(self, value: str, kinds: Collection[str]) -> str:
        """The value that ``value`` was made of by operators of ``kinds`` alone."""
        while (node := self.maker.get(value)) is not None and node.op_type in kinds:
            value = node.input[0]
        return value

    def narrows(self, value: str) -> Iterator[str]:
        """Values after ``value`` through which everything goes that depends on it, the nearest first."""
        reached = self.after([value]) | {value}
        open_uses = {value: len(self.users.get(value, ()))}
        for node in self.nodes:
            inputs = [name for name in dict.fromkeys(used(node)) if name in reached]
            if not inputs:
                continue
            for name in inputs:
                open_uses[name] -= 1
                if not open_uses[name]:
                    del open_uses[name]
            open_uses |= {name: len(self.users[name]) for name in node.output if self.users.get(name)}
            if len(open_uses) == 1:
                yield next(iter(open_uses))
