# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, disallow-untyped-decorators=False
"""Operations on eight searches at once, as explicit vector instructions.

A row holds one vertex in eight searches (lanes): distances as bytes, path counts as doubles. The
loops over a vertex's edges are emitted as LLVM vector code because no compiler is sure to find it
by itself. All operations are single IEEE additions, multiplications and divisions per lane in a
fixed order, so results have the same bits on every machine, with or without wide registers.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic

LANES = 8
UNREACHED = 255

_I8, _I32, _I64, _F64 = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.DoubleType()
_BYTES, _DOUBLES = ir.VectorType(_I8, LANES), ir.VectorType(_F64, LANES)
_ZERO = ir.Constant(_DOUBLES, [0.0] * LANES)
_ONES = ir.Constant(_DOUBLES, [1.0] * LANES)


def _bytes_of(value: int) -> ir.Constant:
    return ir.Constant(_BYTES, [value] * LANES)


class _Emitter:
    """Writes loads and stores of rows of the arrays that an intrinsic was called with."""

    def __init__(self, context: Any, builder: Any, signature: Any, args: Any) -> None:
        self.builder = builder
        self.args = args
        self._data: list[Any] = [
            context.make_array(kind)(context, builder, arg).data
            if isinstance(kind, types.Array)
            else None
            for kind, arg in zip(signature.args, args, strict=True)
        ]

    def row(self, argument: int, index: Any) -> Any:
        """Return the address of a row of eight."""
        pointer = self._data[argument]
        vector = _BYTES if pointer.type.pointee == _I8 else _DOUBLES
        first = self.builder.gep(pointer, [self.builder.mul(index, ir.Constant(_I64, LANES))])
        return self.builder.bitcast(first, vector.as_pointer())

    def load(self, argument: int, index: Any) -> Any:
        pointer = self.row(argument, index)
        return self.builder.load(pointer, align=1 if pointer.type.pointee == _BYTES else 8)

    def store(self, value: Any, argument: int, index: Any) -> None:
        align = 1 if value.type == _BYTES else 8
        self.builder.store(value, self.row(argument, index), align=align)

    def element(self, argument: int, index: Any) -> Any:
        """Return one 32-bit number of a list as a 64-bit one."""
        value = self.builder.load(self.builder.gep(self._data[argument], [index]))
        return self.builder.zext(value, _I64)

    def next_distance(self, distance: Any) -> Any:
        """Return distance + 1, or 255 where that is not reached."""
        is_unreached = self.builder.icmp_unsigned("==", distance, _bytes_of(UNREACHED))
        step = self.builder.add(distance, _bytes_of(1))
        return self.builder.select(is_unreached, _bytes_of(UNREACHED), step)

    def loop(self, begin: int, end: int) -> Any:
        one = ir.Constant(_I64, 1)
        return cgutils.for_range_slice(
            self.builder, self.args[begin], self.args[end], one, intp=_I64
        )

    def sum(self, vector: Any) -> Any:
        """Return the sum of the lanes, halves first."""
        width = LANES
        while width > 1:
            width //= 2
            low = ir.Constant(ir.VectorType(_I32, width), list(range(width)))
            high = ir.Constant(ir.VectorType(_I32, width), list(range(width, 2 * width)))
            vector = self.builder.fadd(
                self.builder.shuffle_vector(vector, vector, low),
                self.builder.shuffle_vector(vector, vector, high),
            )
        return self.builder.extract_element(vector, ir.Constant(_I32, 0))

    def largest(self, vector: Any) -> Any:
        width = LANES
        while width > 1:
            width //= 2
            low = ir.Constant(ir.VectorType(_I32, width), list(range(width)))
            high = ir.Constant(ir.VectorType(_I32, width), list(range(width, 2 * width)))
            a = self.builder.shuffle_vector(vector, vector, low)
            b = self.builder.shuffle_vector(vector, vector, high)
            vector = self.builder.select(self.builder.fcmp_ordered(">", a, b), a, b)
        return self.builder.extract_element(vector, ir.Constant(_I32, 0))


@intrinsic
def push_lanes(typing, distance, sigma, heads, begin, end, i, level):
    """Let every shortest path to row ``i`` go on to the rows ``heads[begin:end]``.

    With ``level`` >= 0 only lanes at that distance go on.
    """

    def emit(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args)
        own = e.load(0, args[5])
        step = e.next_distance(own)
        level8 = builder.trunc(args[6], _I8)
        spread = ir.Constant(_BYTES, ir.Undefined)
        for k in range(LANES):
            spread = builder.insert_element(spread, level8, ir.Constant(_I32, k))
        any_level = builder.icmp_signed("<", args[6], ir.Constant(_I64, 0))
        at_level = builder.icmp_unsigned("==", own, spread)
        step = builder.select(any_level, step, builder.select(at_level, step, _bytes_of(UNREACHED)))
        is_going = builder.icmp_unsigned("!=", step, _bytes_of(UNREACHED))
        paths = builder.select(is_going, e.load(1, args[5]), _ZERO)
        with e.loop(3, 4) as (at, _):
            j = e.element(2, at)
            there = e.load(0, j)
            is_kept = builder.icmp_unsigned("<=", there, step)
            is_added = builder.icmp_unsigned("<=", step, there)
            kept = builder.select(is_kept, e.load(1, j), _ZERO)
            added = builder.select(is_added, paths, _ZERO)
            e.store(builder.fadd(kept, added), 1, j)
            e.store(builder.select(is_kept, there, step), 0, j)
        return context.get_dummy_value()

    return types.void(
        distance, sigma, heads, types.int64, types.int64, types.int64, types.int64
    ), emit


@intrinsic
def pull_lanes(typing, distance, share, heads, begin, end, i, totals):
    """Add to row ``i`` of ``totals`` the shares of those rows ``heads[begin:end]`` one step on."""

    def emit(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args)
        step = e.next_distance(e.load(0, args[5]))
        total = cgutils.alloca_once_value(builder, e.load(6, ir.Constant(_I64, 0)))
        with e.loop(3, 4) as (at, _):
            j = e.element(2, at)
            is_next = builder.icmp_unsigned("==", e.load(0, j), step)
            part = builder.select(is_next, e.load(1, j), _ZERO)
            builder.store(builder.fadd(builder.load(total), part), total)
        e.store(builder.load(total), 6, ir.Constant(_I64, 0))
        return context.get_dummy_value()

    return types.void(distance, share, heads, types.int64, types.int64, types.int64, totals), emit


@intrinsic
def settle_lanes(typing, distance, share, i, totals, extra, weights, level):
    """Turn row ``i`` of path counts into shares; return the weighted sum of its dependencies.

    delta = extra + sigma * totals and share = (1 + delta) / sigma; a lane that is not reached has
    share 0, and a lane's own source adds nothing. With ``level`` >= 0 only lanes at that distance
    are turned.
    """

    def emit(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args)
        own = e.load(0, args[2])
        sigma = e.load(1, args[2])
        behind = builder.fadd(
            _spread(builder, args[4]), builder.fmul(sigma, e.load(3, ir.Constant(_I64, 0)))
        )
        is_unreached = builder.icmp_unsigned("==", own, _bytes_of(UNREACHED))
        divisor = builder.select(is_unreached, _ONES, sigma)
        share = builder.fdiv(builder.fadd(_ONES, behind), divisor)
        share = builder.select(is_unreached, _ZERO, share)
        level8 = builder.trunc(args[6], _I8)
        spread = ir.Constant(_BYTES, ir.Undefined)
        for k in range(LANES):
            spread = builder.insert_element(spread, level8, ir.Constant(_I32, k))
        any_level = builder.icmp_signed("<", args[6], ir.Constant(_I64, 0))
        is_due = builder.or_(
            _spread_bool(builder, any_level), builder.icmp_unsigned("==", own, spread)
        )
        e.store(builder.select(is_due, share, sigma), 1, args[2])
        is_interior = builder.and_(
            builder.icmp_unsigned("!=", own, _bytes_of(0)), builder.not_(is_unreached)
        )
        is_interior = builder.and_(is_interior, is_due)
        weighted = builder.fmul(behind, e.load(5, ir.Constant(_I64, 0)))
        return e.sum(builder.select(is_interior, weighted, _ZERO))

    return (
        types.float64(distance, share, types.int64, totals, types.float64, weights, types.int64),
        emit,
    )


@intrinsic
def add_rows(typing, rows, heads, begin, end, totals):
    """Write to ``totals`` the sum of the rows ``heads[begin:end]``."""

    def emit(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args)
        total = cgutils.alloca_once_value(builder, _ZERO)
        with e.loop(2, 3) as (at, _):
            row = e.load(0, e.element(1, at))
            builder.store(builder.fadd(builder.load(total), row), total)
        e.store(builder.load(total), 4, ir.Constant(_I64, 0))
        return context.get_dummy_value()

    return types.void(rows, heads, types.int64, types.int64, totals), emit


@intrinsic
def largest_lane(typing, rows, i):
    """Return the largest number of row ``i``."""

    def emit(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args)
        return e.largest(e.load(0, args[1]))

    return types.float64(rows, types.int64), emit


def _spread(builder: Any, value: Any) -> Any:
    vector = ir.Constant(_DOUBLES, ir.Undefined)
    for k in range(LANES):
        vector = builder.insert_element(vector, value, ir.Constant(_I32, k))
    return vector


def _spread_bool(builder: Any, value: Any) -> Any:
    vector = ir.Constant(ir.VectorType(ir.IntType(1), LANES), ir.Undefined)
    for k in range(LANES):
        vector = builder.insert_element(vector, value, ir.Constant(_I32, k))
    return vector
