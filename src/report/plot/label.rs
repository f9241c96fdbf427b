//! Text with sub- and superscripts.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

/// Size of a script, and how far it is moved, as parts of the size of the text.
const SCRIPT: f64 = 0.74;
const RAISED: f64 = -0.40;
const LOWERED: f64 = 0.20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Base,
    Raised,
    Lowered,
}

impl Level {
    fn offset(self) -> f64 {
        match self {
            Level::Base => 0.0,
            Level::Raised => RAISED,
            Level::Lowered => LOWERED,
        }
    }

    fn scale(self) -> f64 {
        if self == Level::Base { 1.0 } else { SCRIPT }
    }
}

/// Which end of a text is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text in pieces at different levels.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pieces: Vec<(Level, String)>,
}

impl Label {
    /// Reads the markup that [`Figure`](super::Figure) describes; whatever is no markup is text.
    pub fn parse(text: &str) -> Self {
        let mut label = Label { pieces: Vec::new() };
        let mut rest = text.trim().chars().peekable();
        while let Some(c) = rest.next() {
            let level = match c {
                '^' => Level::Raised,
                '_' => Level::Lowered,
                _ => Level::Base,
            };
            let written = match c {
                '\\' => rest.next_if(|&next| next == '_' || next == '^').unwrap_or(c).to_string(),
                '^' | '_' => script(&mut rest),
                _ => c.to_string(),
            };
            match written.is_empty() {
                true => label.push(Level::Base, &c.to_string()),
                false => label.push(level, &written),
            }
        }
        label
    }

    fn push(&mut self, level: Level, text: &str) {
        // Control characters have no place in XML.
        let text: String = text.chars().map(|c| if is_printable(c) { c } else { ' ' }).collect();
        match self.pieces.last_mut() {
            Some((last, piece)) if *last == level => piece.push_str(&text),
            _ => self.pieces.push((level, text)),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// An estimate of the width, rather too large than too small for the usual sans-serif fonts.
    pub fn width(&self, size: f64) -> f64 {
        self.pieces.iter().map(|(level, text)| level.scale() * size * text.chars().map(advance).sum::<f64>()).sum()
    }

    /// The size not above `size` at which the text is at most `width` wide.
    pub fn fitted(&self, size: f64, width: f64) -> f64 {
        size * (width / self.width(size).max(f64::MIN_POSITIVE)).min(1.0)
    }

    /// A text element with its baseline at `(x, y)`, turned about that point by `turn` degrees; nothing for no text.
    pub fn svg(&self, class: &str, size: f64, (x, y): (f64, f64), anchor: Anchor, turn: f64) -> String {
        if self.is_empty() {
            return String::new();
        }
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let mut svg = format!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size:.1}\" text-anchor=\"{anchor}\""
        );
        if turn != 0.0 {
            let _ = write!(svg, " transform=\"rotate({turn} {x:.1} {y:.1})\"");
        }
        svg.push('>');
        let mut offset = 0.0;
        for (level, text) in &self.pieces {
            let shift = level.offset() * size - offset;
            offset += shift;
            if *level == Level::Base && shift == 0.0 {
                svg.push_str(&escaped(text));
                continue;
            }
            let small = level.scale() * size;
            let _ = write!(svg, "<tspan dy=\"{shift:.2}\" font-size=\"{small:.2}\">{}</tspan>", escaped(text));
        }
        svg.push_str("</text>\n");
        svg
    }
}

/// What follows `^` or `_`; nothing if it is no script.
fn script(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut text = String::new();
    match rest.peek() {
        Some('{') => {
            rest.next();
            let mut depth = 1;
            for c in rest.by_ref() {
                depth += i32::from(c == '{') - i32::from(c == '}');
                if depth == 0 {
                    break;
                }
                text.push(c);
            }
        }
        Some('(') => {
            let mut depth = 0;
            for c in rest.by_ref() {
                depth += i32::from(c == '(') - i32::from(c == ')');
                text.push(c);
                if depth == 0 {
                    break;
                }
            }
        }
        Some(c) if c.is_ascii_digit() || ['-', '+'].contains(c) => {
            text.extend(rest.next_if(|c| !c.is_ascii_digit()));
            let start = text.len();
            while let Some(&c) = rest.peek() {
                let is_point =
                    c == '.' && text.len() > start && rest.clone().nth(1).is_some_and(|d| d.is_ascii_digit());
                if !c.is_ascii_digit() && !is_point {
                    break;
                }
                text.extend(rest.next());
            }
            if text.len() == start {
                text.extend(rest.next_if(|c| c.is_alphabetic()));
            }
        }
        Some(c) if !c.is_whitespace() => text.extend(rest.next()),
        _ => {}
    }
    // In an exponent a hyphen is a minus sign.
    text.replace('-', "\u{2212}")
}

/// Whether XML 1.0 can hold the character and it is no control character.
fn is_printable(c: char) -> bool {
    !c.is_control() && !['\u{FFFE}', '\u{FFFF}'].contains(&c)
}

/// The width of a character as a part of the size.
fn advance(c: char) -> f64 {
    match c {
        'f' | 'i' | 'j' | 'l' | 't' | 'r' | 'I' | ' ' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' | '(' | ')' | '['
        | ']' | '/' => 0.38,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        '+' | '=' | '<' | '>' | '×' | '\u{2212}' => 0.72,
        'A'..='Z' => 0.72,
        c if c < '\u{2E80}' => 0.6,
        _ => 1.0,
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            c => safe.push(c),
        }
    }
    safe
}
