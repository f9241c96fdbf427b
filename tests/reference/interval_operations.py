"""Do single operations of the enclosing number systems contain the truth? Random draws against python-flint.

Draws operations of zonal::number's Intervals (analytic and closed, proved), Rectangles and Balls: narrow and wide arguments, near
branch points, huge, tiny, negative. The example interval_operations computes them; points of the arguments (ends, inner points,
and 0, 1, -1 where inside) go through python-flint at high precision, principal branches, and the values must lie in the answers.
For the analytic systems (proved, rectangle) an answer is also a claim that the argument meets no branch point or cut; that is
checked too. `unable` and `domain` are counted, and `domain` must not be said of an argument with an inner point in the domain.

Run:   cargo build --release --example interval_operations
       python interval_operations.py [--binary target/release/examples/interval_operations] [--seed 1] [--count 1000000] [--extreme]

Every miss is printed with its line of input, which the example accepts again. With --extreme: balls only, whose values come near the
ends of the exponent range of MPFR or leave it. Exit code 1 if there is a miss.
"""
import argparse
import math
import os
import random
import subprocess
import sys
import time

from flint import acb, arb, ctx

HERE = os.path.dirname(os.path.abspath(__file__))
START = time.time()
FUNCTIONS = ["sqrt", "exp", "log", "sin", "cos", "asin", "acos"]
BINARY = ["add", "sub", "mul", "div"]
SPECIAL = [0.0, 1.0, -1.0, math.pi, -math.pi, math.pi / 2, -math.pi / 2, 2 * math.pi, 0.5, 2.0, -0.0, 100 * math.pi,
           -7 * math.pi / 2]
LARGEST = sys.float_info.max


def log(*a):
    print("[%5.0f s]" % (time.time() - START), *a, flush=True)


# ---------------------------------------------------------------- draws


def double(r):
    kind = r.randint(0, 9)
    if kind <= 3:
        x = r.uniform(-1.2, 1.2)
    elif kind <= 5:
        x = r.choice(SPECIAL) + r.choice([-1, 1]) * 10 ** r.uniform(-18, 0)
    elif kind == 6:
        x = r.choice([-1, 1]) * 10 ** r.uniform(-6, 6)
    elif kind == 7:
        x = r.choice([-1, 1]) * 10 ** r.uniform(-320, 308)
    elif kind == 8:
        x = r.choice(SPECIAL)
    else:
        x = float(r.randint(-20, 20))
    return max(-LARGEST, min(LARGEST, x))


def ends(r):
    low = double(r)
    kind = r.randint(0, 5)
    if kind == 0:
        return low, low
    if kind == 1:
        high = low
        for _ in range(r.randint(1, 4)):
            high = math.nextafter(high, math.inf)
    elif kind == 2:
        high = low + abs(low) * 10 ** r.uniform(-16, 0)
    elif kind == 3:
        high = low + 10 ** r.uniform(-12, 1)
    elif kind == 4:
        high = r.choice(SPECIAL)
    else:
        high = double(r)
    low, high = min(low, high), max(low, high)
    return (low, high) if math.isfinite(high) else (low, low)


def exponent(r):
    kind = r.randint(0, 3)
    if kind == 0:
        return r.randint(-6, 12), 1
    if kind == 1:
        return r.choice([1, 3, 5, 7, -1, -3, -5, 9]), 2
    if kind == 2:
        return r.randint(-9, 9) or 1, r.choice([3, 4, 5, 7])
    return r.choice([-40, 30, 63, 100, 0, 1, 2]), 1


class Line:
    __slots__ = ("text", "system", "operation", "arguments", "last")

    def __init__(self, text, system, operation, arguments, last):
        self.text, self.system, self.operation, self.arguments, self.last = text, system, operation, arguments, last


def ball(r, extreme, operation):
    bits = r.choice([24, 53, 64, 100, 200])
    kind = r.randint(0, 4)
    if kind <= 2:
        m, e = double(r).as_integer_ratio()
        e = 1 - e.bit_length()
    elif kind == 3:
        m, e = r.choice([-1, 1]) * r.getrandbits(bits), -bits + r.randint(-3, 3)
    else:
        m, e = r.choice([-1, 1]) * (2 ** bits - r.choice([0, 1, 2, 3])), -bits
    if extreme and r.random() < 0.5:
        m, e = r.choice([-1, 1]) * r.getrandbits(20), r.randint(0, 60)
        if operation in ("mul", "div", "power", "sqrt"):
            e = r.randint(-900000000, 900000000)
    top = m.bit_length() + e
    kind = r.randint(0, 4)
    if kind == 0:
        return m, e, 0, 0
    if kind == 1:
        return m, e, r.getrandbits(30), top - 30 - r.randint(-2, 300)
    if kind == 2:
        return m, e, r.getrandbits(30), r.randint(-300, -20)
    if kind == 3:
        return m, e, r.getrandbits(30), r.randint(-40, -25)
    # reaching an end of [-1, 1] or 0 more or less exactly
    return m, e, r.getrandbits(30), top - 30


def draw(r, extreme):
    system = r.choice(["proved", "closed", "rectangle", "rectangle", "ball"])
    operation = r.choice(BINARY + FUNCTIONS + FUNCTIONS + ["power", "power", "arc_cosines", "arc_cosines"])
    if extreme:
        system, operation = "ball", r.choice(["exp", "exp", "power", "mul", "div", "sin", "log", "sqrt"])
    name = system
    last, tail = None, ""
    if operation == "power":
        last = exponent(r)
        tail = " %d/%d" % last
    elif operation == "arc_cosines":
        last = r.choice([0, 1, 2, 3, 5, 8, 12])
        tail = " %d" % last
    arguments = []
    for _ in range(2 if operation in BINARY else 1):
        if system == "ball":
            arguments.append(ball(r, extreme, operation))
        elif system == "rectangle":
            arguments.append(ends(r) + (ends(r) if r.random() < 0.85 else (0.0, 0.0)))
        else:
            arguments.append(ends(r))
    if system == "ball":
        name = "ball:%d" % r.choice([24, 53, 64, 100, 200])
        shown = " ".join("%d %d %s %d" % (m, e, float(rm), re) for m, e, rm, re in arguments)
    else:
        shown = " ".join(repr(x) for argument in arguments for x in argument)
    return Line("%s %s %s%s" % (name, operation, shown, tail), system, operation, arguments, last)


# ---------------------------------------------------------------- points of an argument


def between(r, low, high):
    kind = r.randint(0, 4)
    if kind == 0 or low == high:
        return low
    if kind == 1:
        return high
    if kind == 2:
        x = r.choice([0.0, 1.0, -1.0, math.pi, math.pi / 2, -math.pi / 2])
        if low <= x <= high:
            return x
    t = r.random()
    x = low * (1 - t) + high * t
    return min(high, max(low, x))


def dyadic(m, e):
    """m 2^e as an exact arb."""
    return arb((m, e))


def point(r, line):
    out = []
    for argument in line.arguments:
        if line.system == "ball":
            m, e, rm, re = argument
            k = r.choice([0, -16, 16, r.randint(-15, 15)])
            # m 2^e + k/16 rm 2^re as one integer, if that is not too long
            low = min(e, re - 4)
            if rm and max(m.bit_length() + e, rm.bit_length() + re) - low < 4000:
                out.append(dyadic((m << (e - low)) + ((k * rm) << (re - 4 - low)), low))
            else:
                out.append(dyadic(m, e))
        elif line.system == "rectangle":
            a, b, c, d = argument
            out.append(acb(between(r, a, b), between(r, c, d)))
        else:
            out.append(arb(between(r, *argument)))
    return out


def in_domain(line, x):
    """Whether the real operation is defined at the exact arguments x."""
    op = line.operation
    if op == "div":
        return not x[1].is_zero()
    if op == "sqrt":
        return bool(x[0] >= 0)
    if op == "log":
        return bool(x[0] > 0)
    if op in ("asin", "acos", "arc_cosines"):
        return bool(-1 <= x[0]) and bool(x[0] <= 1)
    if op == "power":
        n, d = line.last
        g = math.gcd(n, d)
        n, d = n // g, d // g
        if d > 1 and n > 0:
            return bool(x[0] >= 0)
        return bool(x[0] > 0) if d > 1 else n >= 0 or not x[0].is_zero()
    return True


def values(line, x):
    op = line.operation
    if op == "add":
        return [x[0] + x[1]]
    if op == "sub":
        return [x[0] - x[1]]
    if op == "mul":
        return [x[0] * x[1]]
    if op == "div":
        return [x[0] / x[1]]
    if op == "power":
        n, d = line.last
        if n % d == 0:
            return [x[0] ** (n // d)]
        if x[0].is_zero():
            return [x[0]]
        if 2 * n % d == 0:
            return [x[0].sqrt() ** (2 * n // d)]
        return [(x[0].log() * (arb(n) / d)).exp()]
    if op == "arc_cosines":
        if line.system != "rectangle" and abs(x[0]) == 1:
            return [arb(1 if x[0] == 1 else 0)] * (line.last + 1)
        angle, pi = x[0].acos(), arb.pi()
        sine = angle.sin()
        out = [1 - angle / pi, (sine + (pi - angle) * x[0]) / pi]
        for m in range(1, line.last):
            out.append(x[0] * out[m] + arb(m * m) / (4 * m * m - 1) * sine * sine * out[m - 1])
        return out[: line.last + 1]
    return [getattr(x[0], op)()]


# ---------------------------------------------------------------- checks


def real_verdict(low, high, value):
    """1 inside, 0 not decided, -1 outside."""
    below = low == -math.inf or bool(value >= low)
    above = high == math.inf or bool(value <= high)
    if below and above:
        return 1
    if low != -math.inf and bool(value < low) or high != math.inf and bool(value > high):
        return -1
    return 0


def verdict(line, answer, x):
    worst = 1
    got = values(line, x)
    for i, value in enumerate(got):
        if line.system == "ball":
            m, e, rm, re = answer[4 * i: 4 * i + 4]
            if rm == "inf":
                continue
            if m == "inf":
                return -1
            distance = abs(value - dyadic(int(m), int(e)))
            v = real_verdict(-math.inf, dyadic(int(rm), int(re)), distance)
        elif line.system == "rectangle":
            a, b, c, d = answer[4 * i: 4 * i + 4]
            v = min(real_verdict(a, b, value.real), real_verdict(c, d, value.imag))
            if real_verdict(a, b, value.real) == -1 or real_verdict(c, d, value.imag) == -1:
                v = -1
        else:
            a, b = answer[2 * i: 2 * i + 2]
            v = real_verdict(a, b, value)
        if v == -1:
            return -1
        worst = min(worst, v)
    return worst


def meets_branch_point(line):
    """For an analytic system with an answer: does the argument meet a branch point, a cut or a pole?"""
    op = line.operation
    if op == "div":
        y = line.arguments[1]
        return all(y[i] <= 0 <= y[i + 1] for i in range(0, len(y), 2))
    x = line.arguments[0]
    real = line.system == "proved" or x[2] <= 0 <= x[3]
    fractional = op == "power" and line.last[0] % line.last[1] != 0
    if op in ("sqrt", "log") or fractional:
        return real and x[0] <= 0
    if op == "power" and line.last[0] < 0:
        return real and x[0] <= 0 <= x[1]
    if op in ("asin", "acos", "arc_cosines"):
        return real and (x[0] <= -1 or x[1] >= 1)
    return False


def main():
    parser = argparse.ArgumentParser(description="Containment of single operations, by random draws")
    parser.add_argument("--binary", default=os.path.join(HERE, "..", "..", "target", "release", "examples", "interval_operations"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000000)
    parser.add_argument("--extreme", action="store_true")
    arguments = parser.parse_args()
    r = random.Random(arguments.seed)
    compared, points, refused, undecided, outside, misses, done = {}, 0, {}, [], 0, [], 0
    while done < arguments.count:
        lines = [draw(r, arguments.extreme) for _ in range(min(20000, arguments.count - done))]
        text = "\n".join(line.text for line in lines) + "\n"
        run = subprocess.run([arguments.binary], input=text, capture_output=True, text=True, timeout=300)
        answers = run.stdout.splitlines()
        if len(answers) != len(lines):
            log("the program stopped at", lines[len(answers)].text, run.stderr[-500:])
            misses.append(lines[len(answers)].text)
            lines = lines[:len(answers)]
        for line, answer in zip(lines, answers):
            done += 1
            key = line.system + " " + line.operation
            if answer in ("unable", "domain") or answer.startswith("input"):
                word = answer.split()[0]
                refused[key, word] = refused.get((key, word), 0) + 1
                if word == "input":
                    misses.append(line.text)
                    log("MISS", answer, "|", line.text)
                elif word == "domain":
                    ctx.prec = 300
                    if line.system == "rectangle" or any(in_domain(line, point(r, line)) for _ in range(3)):
                        refused[key, "domain, with a point in the domain"] = refused.get(
                            (key, "domain, with a point in the domain"), 0) + 1
                        if refused[key, "domain, with a point in the domain"] <= 3:
                            log("DOMAIN said of an argument with a point in the domain |", line.text)
                continue
            parsed = answer.split() if line.system == "ball" else [float(x) for x in answer.split()]
            if line.system in ("proved", "rectangle") and meets_branch_point(line):
                misses.append(line.text)
                log("MISS an answer where it is not analytic |", line.text, "|", answer)
                continue
            good = False
            for _ in range(2):
                ctx.prec = 300
                x = point(r, line)
                if line.system != "rectangle" and not in_domain(line, x):
                    outside += 1
                    continue
                for bits in (300, 3000, 12000):
                    ctx.prec = bits
                    v = verdict(line, parsed, x)
                    if v != 0:
                        break
                if v == 1:
                    points, good = points + 1, True
                elif v == 0:
                    undecided.append(line.text)
                else:
                    misses.append(line.text)
                    log("MISS |", line.text, "| answer", answer, "| at", [y.str(40) for y in x], "| value",
                        [y.str(25) for y in values(line, x)])
                    break
            if good:
                compared[key] = compared.get(key, 0) + 1
        if done % 100000 == 0 or done == arguments.count:
            log(done, "drawn", sum(compared.values()), "compared", len(misses), "misses", len(undecided), "not decided")
    log("operations compared", sum(compared.values()), "points", points, "misses", len(misses), "points not decided",
        len(undecided), "points outside the domain", outside)
    for word in sorted({word for _, word in refused}):
        log("answered", word, sum(n for (_, w), n in refused.items() if w == word))
    for key in sorted(compared):
        log("  %-24s %7d compared" % (key, compared[key]), {w: n for (k, w), n in refused.items() if k == key})
    for line in undecided[:10]:
        log("  not decided |", line)
    sys.exit(1 if misses else 0)


if __name__ == "__main__":
    main()
