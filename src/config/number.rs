//! Variables that are whole numbers.

use std::ops::RangeInclusive;

/// Its name, what it is without being set, and what it may be.
pub struct Number {
    pub name: &'static str,
    pub default: u32,
    pub range: RangeInclusive<u32>,
    pub meaning: &'static str,
}

impl Number {
    pub fn read(&self, variable: impl Fn(&str) -> Option<String>) -> Result<u32, String> {
        self.read_or(self.default, variable)
    }

    pub fn read_or(&self, default: u32, variable: impl Fn(&str) -> Option<String>) -> Result<u32, String> {
        let Some(stated) = variable(self.name) else { return Ok(default) };
        stated.parse().ok().filter(|number| self.range.contains(number)).ok_or_else(|| {
            let (least, most) = (self.range.start(), self.range.end());
            format!("{} is {stated:?}. Make it a number from {least} to {most}.", self.name)
        })
    }
}
