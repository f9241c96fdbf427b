//! Walks over the graph of an expression: every different node once, without recursion.

use super::expr::{Expr, Node};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// What stands for an operand that was taken out.
static EMPTY: LazyLock<Expr> = LazyLock::new(Expr::u);

impl Node {
    /// The formulas that this node is made of, from left to right; of a kernel of the catalogue, its formula.
    pub(super) fn operands(&self) -> impl DoubleEndedIterator<Item = &Expr> {
        self.parts(true)
    }

    /// The operands without the exponent of a power.
    pub(crate) fn arguments(&self) -> impl DoubleEndedIterator<Item = &Expr> {
        self.parts(false)
    }

    fn parts(&self, exponents: bool) -> impl DoubleEndedIterator<Item = &Expr> {
        let (fixed, listed): ([Option<&Expr>; 2], &[Expr]) = match self {
            Node::Number(_) | Node::Pi | Node::Variable | Node::Dimension => ([None, None], &[]),
            Node::Neg(a) | Node::Function(_, a) | Node::ArcCosine(_, a) => ([Some(a), None], &[]),
            Node::Named(named) => ([Some(named.expansion()), None], &[]),
            Node::Power(a, b) => ([Some(a), exponents.then_some(b)], &[]),
            Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) | Node::Div(a, b) => ([Some(a), Some(b)], &[]),
            Node::Kink(_, list) => ([None, None], list),
        };
        fixed.into_iter().flatten().chain(listed)
    }

    /// Whether two nodes are the same but for their operands.
    fn is_like(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::Number(a), Node::Number(b)) => a == b,
            (Node::Function(f, _), Node::Function(g, _)) => f == g,
            (Node::ArcCosine(m, _), Node::ArcCosine(n, _)) => m == n,
            (Node::Named(a), Node::Named(b)) => a.name() == b.name() && a.parameters() == b.parameters(),
            (Node::Kink(a, xs), Node::Kink(b, ys)) => a == b && xs.len() == ys.len(),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Moves the operands out.
    fn take_operands(&mut self, taken: &mut Vec<Expr>) {
        let mut take = |operand: &mut Expr| {
            if !Arc::ptr_eq(&operand.0, &EMPTY.0) {
                taken.push(std::mem::replace(operand, EMPTY.clone()));
            }
        };
        match self {
            Node::Number(_) | Node::Pi | Node::Variable | Node::Dimension => {}
            Node::Neg(a) | Node::Function(_, a) | Node::ArcCosine(_, a) => take(a),
            Node::Named(named) => take(&mut named.expansion),
            Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) | Node::Div(a, b) | Node::Power(a, b) => {
                take(a);
                take(b);
            }
            Node::Kink(_, list) => list.iter_mut().for_each(take),
        }
    }
}

/// The different nodes of a graph, operands first.
struct Order<'a> {
    nodes: Vec<&'a Expr>,
    /// For each node in turn the places of its operands in `nodes`.
    operands: Vec<Vec<usize>>,
    /// How often each node is an operand.
    uses: Vec<usize>,
}

impl<'a> Order<'a> {
    /// A depth-first walk with a stack of its own: a node is left when its operands have their places.
    fn new<I>(root: &'a Expr, operands: impl Fn(&'a Node) -> I) -> Self
    where
        I: DoubleEndedIterator<Item = &'a Expr>,
    {
        let mut order = Order { nodes: Vec::new(), operands: Vec::new(), uses: Vec::new() };
        let mut places: HashMap<*const Node, usize> = HashMap::new();
        let mut stack = vec![(root, false)];
        while let Some((expr, entered)) = stack.pop() {
            if places.contains_key(&Arc::as_ptr(&expr.0)) {
                continue;
            }
            if !entered {
                stack.push((expr, true));
                stack.extend(operands(expr.node()).rev().map(|operand| (operand, false)));
                continue;
            }
            let own: Vec<usize> =
                operands(expr.node()).filter_map(|operand| places.get(&Arc::as_ptr(&operand.0)).copied()).collect();
            own.iter().for_each(|place| order.uses[*place] += 1);
            places.insert(Arc::as_ptr(&expr.0), order.nodes.len());
            order.nodes.push(expr);
            order.operands.push(own);
            order.uses.push(0);
        }
        order
    }
}

impl Expr {
    /// The value of the root, where `step` makes the value of a node from those of its operands; it sees every
    /// different node once.
    ///
    /// A value is moved into the last node that uses it, and cloned for the others.
    ///
    /// # Errors
    /// The first of `step`.
    pub(crate) fn try_fold<'a, T: Clone, E, I>(
        &'a self,
        operands: impl Fn(&'a Node) -> I,
        mut step: impl FnMut(&'a Expr, Vec<T>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        I: DoubleEndedIterator<Item = &'a Expr>,
    {
        let Order { nodes, operands, mut uses } = Order::new(self, operands);
        let mut values: Vec<Option<T>> = Vec::with_capacity(nodes.len());
        let mut last = step(nodes[0], Vec::new())?;
        for (expr, places) in nodes.into_iter().zip(operands).skip(1) {
            values.push(Some(last));
            let mut value = |place: usize| {
                uses[place] -= 1;
                if uses[place] == 0 { values[place].take() } else { values[place].clone() }
            };
            let own = places.into_iter().filter_map(&mut value).collect();
            last = step(expr, own)?;
        }
        Ok(last)
    }

    /// As [`try_fold`](Expr::try_fold), for steps that cannot fail.
    pub(crate) fn fold<'a, T: Clone, I>(
        &'a self,
        operands: impl Fn(&'a Node) -> I,
        mut step: impl FnMut(&'a Expr, Vec<T>) -> T,
    ) -> T
    where
        I: DoubleEndedIterator<Item = &'a Expr>,
    {
        let value: Result<T, Infallible> = self.try_fold(operands, |expr, values| Ok(step(expr, values)));
        match value {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// Whether a node of the graph, exponents included, is such.
    pub(super) fn any(&self, test: impl Fn(&Node) -> bool) -> bool {
        let mut seen = HashSet::new();
        let mut stack = vec![self];
        while let Some(expr) = stack.pop() {
            if test(expr.node()) {
                return true;
            }
            stack.extend(expr.node().operands().filter(|operand| seen.insert(Arc::as_ptr(&operand.0))));
        }
        false
    }
}

impl PartialEq for Expr {
    /// Whether both are the same formula. No pair of nodes is compared twice.
    fn eq(&self, other: &Expr) -> bool {
        let mut seen = HashSet::new();
        let mut stack = vec![(self, other)];
        while let Some((a, b)) = stack.pop() {
            if Arc::ptr_eq(&a.0, &b.0) {
                continue;
            }
            if !a.node().is_like(b.node()) {
                return false;
            }
            let pairs = a.node().operands().zip(b.node().operands());
            stack.extend(pairs.filter(|(a, b)| seen.insert((Arc::as_ptr(&a.0), Arc::as_ptr(&b.0)))));
        }
        true
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({self})")
    }
}

impl Drop for Expr {
    /// Takes the graph apart with a stack of its own: the compiler's way would call itself once for every level.
    fn drop(&mut self) {
        let mut stack = Vec::new();
        if let Some(node) = Arc::get_mut(&mut self.0) {
            node.take_operands(&mut stack);
        }
        // The nodes that end here have no operands any more.
        while let Some(mut expr) = stack.pop() {
            if let Some(node) = Arc::get_mut(&mut expr.0) {
                node.take_operands(&mut stack);
            }
        }
    }
}

/// Kind of fault: a graph walked as a tree (time doubles with every level), or by recursion (the stack ends).
#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Kernel, Program, Symmetry};
    use crate::special::Function;

    /// The kernel of a leaky ReLU, composed with itself: each layer uses the one before it four times.
    fn leaky(depth: usize) -> Expr {
        (0..depth).fold(Expr::u(), |f, _| {
            let ramp = Expr::number((99, 100)) * f.clone().arccos(1) + Expr::number((1, 100)) * f.clone();
            ramp * Expr::number((1, 2)) + f.clone() * Expr::number((1, 4)) + f * Expr::number((1, 4))
        })
    }

    #[test]
    fn a_layer_of_a_shared_graph_costs_the_same_at_any_depth() {
        let steps = |depth| Program::new(&leaky(depth), None).unwrap().steps().len();
        assert_eq!(steps(40) - steps(39), steps(300) - steps(299));
        assert_eq!(steps(300) - steps(299), steps(2) - steps(1));
    }

    #[test]
    fn every_walk_over_a_deep_shared_graph_returns() {
        let (deep, again) = (leaky(300), leaky(300));
        assert!(!deep.needs_dimension() && !deep.has_kinks() && !deep.is_one_term());
        assert_eq!(deep.degree_if_linear(), None);
        assert!(deep == again && deep != leaky(299));
        assert!(deep.constant(None).is_err());
        assert!(format!("{deep:?}").contains("[cut: the whole formula has more than 100000 characters]"));
        let at_one = deep.at(&Expr::number(1));
        // All weights of a layer sum to 1, and arccos1(1) = 1.
        assert_eq!(at_one.constant(None).unwrap(), 1);
        let halved = Program::new(&deep.at(&(Expr::u() * Expr::number((1, 2)))), None).unwrap();
        // One product more: the factor 1/2 is there already.
        assert_eq!(halved.steps().len(), Program::new(&deep, None).unwrap().steps().len() + 1);
    }

    #[test]
    fn a_sum_of_200_000_terms_is_a_formula_like_any_other() {
        let third = Expr::number((1, 4)) * Expr::u();
        let sum = (0..200_000).fold(Expr::number(0), |sum, _| sum + third.clone());
        let kernel = Kernel::from(sum.clone());
        // 200000/4 * 1/2
        assert_eq!(kernel.evaluate("1/2", 20).unwrap().to_string(), "25000.000000000000000");
        let program = Program::new(&sum, None).unwrap();
        assert_eq!(Symmetry::of(&program).polynomial_degree(), Some(1));
        assert!(sum == sum.at(&Expr::u()) && sum != sum.at(&-Expr::u()));
        assert!(sum.to_string().ends_with("100000 characters]"));
        // From the right, every term another.
        let right = (1..=200_000u32).fold(Expr::number(0), |sum, i| Expr::number(i) - sum);
        assert_eq!(right.constant(None).unwrap(), 100_000);
        assert_eq!(right.degree_if_linear(), Some(0));
    }

    #[test]
    fn a_chain_of_100_000_functions_is_a_formula_like_any_other() {
        let chain = |n| (0..n).fold(Expr::u(), |f, _| f.function(Function::Sin));
        let deep = chain(100_000);
        // 100,000 sines of 1/2 in mpmath with 60 digits.
        assert_eq!(Kernel::from(deep.clone()).evaluate("1/2", 15).unwrap().to_string(), "0.00547674812048575");
        assert!(deep == chain(100_000) && deep != chain(99_999));
        let exponents = (0..100_000).fold(Expr::number(1), |e, _| Expr::from(Node::Power(Expr::number(1), e)));
        assert_eq!(exponents.constant(None).unwrap(), 1);
        let nested = (0..100_000).fold(Expr::u(), |f, _| f.abs());
        assert!(nested.has_kinks());
    }

    #[test]
    fn a_node_used_by_many_is_visited_once() {
        let doubled = (0..1000).fold(Expr::u(), |f, _| f.clone() * f);
        let mut visits = 0;
        doubled.fold(Node::arguments, |_, _: Vec<()>| visits += 1);
        assert_eq!(visits, 1001);
        // The control: without sharing, a tree of 10 levels has 2^11 - 1 nodes, and all are visited.
        let mut visits = 0;
        tree(10).fold(Node::arguments, |_, _: Vec<()>| visits += 1);
        assert_eq!(visits, 2047);
        assert!(tree(10) == (0..10).fold(Expr::u(), |f, _| f.clone() * f));
    }

    fn tree(depth: usize) -> Expr {
        if depth == 0 { Expr::u() } else { tree(depth - 1) * tree(depth - 1) }
    }

    #[test]
    fn formulas_with_kinks_are_printed_as_they_were_typed() {
        for typed in [
            "max(0, 1 - acos(u))",
            "max(u, 0, -u)",
            "abs(u - 1/2)^3",
            "min(1, exp(u)) - step(u - 0.5)",
            "where(u, u^2, -abs(u))",
            "piecewise(u^2, -1/2, 1/4, 1/3, exp(u))",
            "max(0, 1 - acos(u)/2)^4*(2*acos(u) + 1)",
        ] {
            let kernel = Kernel::parse(typed).unwrap();
            assert_eq!(kernel.to_string(), typed);
            assert_eq!(Kernel::parse(&kernel.to_string()).unwrap(), kernel);
        }
    }
}
