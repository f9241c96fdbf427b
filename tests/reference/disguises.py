"""Eigenvalues of polynomials in disguise, by quadrature of the formula as it stands (mpmath): kernel, dimension, degree, value.

    python3 tests/reference/disguises.py > tests/reference/disguises.tsv

Values below 1e-28 are zeros: the others are above 1e-6.
"""
from mpmath import mp, mpf, quad, cos, sin, acos, asin, cosh, exp, log, sinh, sqrt, pi, gamma

mp.dps = 40

KERNELS = {
    "cos(3*acos(u))": lambda u: cos(3 * acos(u)),
    "cos(8*acos(u))": lambda u: cos(8 * acos(u)),
    "cos(2*acos(u))*cos(acos(u))": lambda u: cos(2 * acos(u)) * cos(acos(u)),
    "sin(acos(u))^2": lambda u: sin(acos(u)) ** 2,
    "cos(asin(u))^2": lambda u: cos(asin(u)) ** 2,
    "cos(acos(u)/2)^2": lambda u: cos(acos(u) / 2) ** 2,
    "sin(acos(u)/2)^4": lambda u: sin(acos(u) / 2) ** 4,
    "sin(asin(u))": lambda u: sin(asin(u)),
    "cos(pi-acos(u))": lambda u: cos(pi - acos(u)),
    "sin(2*asin(u))^2": lambda u: sin(2 * asin(u)) ** 2,
    "sin(3*asin(u))": lambda u: sin(3 * asin(u)),
    "sin(u)^2+cos(u)^2+u": lambda u: sin(u) ** 2 + cos(u) ** 2 + u,
    "(u^4-1)/(u^2+1)": lambda u: (u**4 - 1) / (u**2 + 1),
    "(u^3+8)/(u+2)": lambda u: (u**3 + 8) / (u + 2),
    "1/(2+u)+(u+1)/(u+2)": lambda u: 1 / (2 + u) + (u + 1) / (u + 2),
    "u/(1/(3+u))": lambda u: u * (3 + u),
    "exp(log(2+u))": lambda u: exp(log(2 + u)),
    "exp(2*log(2+u))": lambda u: exp(2 * log(2 + u)),
    "exp(log(3+u)/2)^2": lambda u: exp(log(3 + u) / 2) ** 2,
    "log(exp(u))": lambda u: log(exp(u)),
    "log(exp(u^2)*exp(3*u))": lambda u: log(exp(u**2) * exp(3 * u)),
    "log(exp(u)*(1-u)^2)-2*log(1-u)": lambda u: u,
    "u*log(3-3*u)-u*log(1-u)-u*log(3)+u^2": lambda u: u**2,
    "cos(u)^2-cos(2*u)/2+u^3": lambda u: cos(u) ** 2 - cos(2 * u) / 2 + u**3,
    "sin(u/2)*cos(u/2)*2-sin(u)+u": lambda u: sin(u / 2) * cos(u / 2) * 2 - sin(u) + u,
    "cos(u)^3-3*cos(u)/4-cos(3*u)/4+u": lambda u: cos(u) ** 3 - 3 * cos(u) / 4 - cos(3 * u) / 4 + u,
    "cos(u+1)*cos(u-1)+sin(u)^2-cos(1)^2+u": lambda u: cos(u + 1) * cos(u - 1) + sin(u) ** 2 - cos(mpf(1)) ** 2 + u,
    "cosh(u)^2-sinh(u)^2+u": lambda u: cosh(u) ** 2 - sinh(u) ** 2 + u,
    "sinh(2*u)-2*sinh(u)*cosh(u)+u^2": lambda u: sinh(2 * u) - 2 * sinh(u) * cosh(u) + u**2,
    "exp(u)*exp(-u)": lambda u: exp(u) * exp(-u),
    "exp(u)*(exp(-u)+u*exp(-u))": lambda u: exp(u) * (exp(-u) + u * exp(-u)),
    "u*exp(2*u)/exp(u)^2": lambda u: u * exp(2 * u) / exp(u) ** 2,
    "u*laplace(1)*laplace(1)/laplace(2)": lambda u: u * exp(-2 * sqrt(2 - 2 * u)) / exp(-2 * sqrt(2 - 2 * u)),
    "gaussian(1)/exp(2*u)*exp(2)": lambda u: exp(-(2 - 2 * u)) / exp(2 * u) * exp(2),
    "(1-u)^(1/3)*(1-u)^(2/3)": lambda u: (1 - u) ** (mpf(1) / 3) * (1 - u) ** (mpf(2) / 3),
    "((3-u)^(1/3))^6": lambda u: ((3 - u) ** (mpf(1) / 3)) ** 6,
    "sqrt(1-u)*sqrt(1+u)*sqrt(1-u^2)": lambda u: sqrt(1 - u) * sqrt(1 + u) * sqrt(1 - u**2),
    "sqrt(2-2*u)^4": lambda u: sqrt(2 - 2 * u) ** 4,
    "sqrt(u^2+2*u+1)": lambda u: u + 1,
    "sqrt((u-3)^2)": lambda u: 3 - u,
    "sqrt((u^2+1)^2*(1+u)^2)": lambda u: (u**2 + 1) * (1 + u),
    "sqrt(4+4*u+u^2)*u": lambda u: (2 + u) * u,
    "((u^2+2)^2)^(3/2)": lambda u: (u**2 + 2) ** 3,
    "acos(u)+asin(u)": lambda u: acos(u) + asin(u),
    "arccos0(u)+arccos0(-u)+u": lambda u: 1 + u,
    "arccos1(u)-arccos1(-u)": lambda u: u,
    "acos(u)": lambda u: acos(u),
    "u*asin(u)": lambda u: u * asin(u),
    "sqrt(1-u^2)": lambda u: sqrt(1 - u**2),
    "sin(2*acos(u))": lambda u: sin(2 * acos(u)),
    "acos(u)*u^2+sqrt(1-u^2)*u": lambda u: acos(u) * u**2 + sqrt(1 - u**2) * u,
}


def legendre_p(k, p, t):
    """P_k in dimension p with P_k(1) = 1, by its recurrence."""
    before, here = mpf(1), t
    if k == 0:
        return before
    for j in range(1, k):
        before, here = here, ((2 * j + p - 2) * t * here - j * before) / (j + p - 2)
    return here


def eigenvalue(kernel, p, k):
    integrand = lambda x: kernel(cos(x)) * legendre_p(k, p, cos(x)) * sin(x) ** (p - 2)
    total = quad(integrand, [0, pi / 4, pi / 2, 3 * pi / 4, pi], method="gauss-legendre")
    return total * gamma(mpf(p) / 2) / (sqrt(pi) * gamma(mpf(p - 1) / 2))


for name, kernel in KERNELS.items():
    for p in (3, 4, 7):
        for k in (0, 1, 2, 3, 4, 7):
            value = eigenvalue(kernel, p, k)
            print(name, p, k, "0" if abs(value) < mpf(10) ** -28 else mp.nstr(value, 28), sep="\t")
