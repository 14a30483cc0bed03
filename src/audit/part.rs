//! The part of the old rows that one run reads again: thirty runs read all of them.

use std::{fmt, ops::Range, str::FromStr};

const PARTS: u64 = 30;
const SECONDS_A_DAY: i64 = 86_400;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// From 1, the oldest, on.
    number: u64,
    of: u64,
}

impl Part {
    pub const ALL: Self = Self { number: 1, of: 1 };

    /// The newest part comes first and the oldest last: new cases push the others towards the beginning, so none misses
    /// its turn.
    pub fn of_day(seconds: i64) -> Self {
        let day = (seconds / SECONDS_A_DAY).unsigned_abs();
        Self { number: PARTS - day % PARTS, of: PARTS }
    }

    pub fn is_oldest(self) -> bool {
        self.number == 1
    }

    pub fn positions(self, count: usize) -> Range<usize> {
        let at = |number: u64| {
            let position = count as u128 * u128::from(number) / u128::from(self.of);
            usize::try_from(position).unwrap_or(count)
        };
        at(self.number - 1)..at(self.number)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse().ok().filter(|number| (1..=10_000).contains(number));
        let part =
            text.split_once('/').and_then(|(part, of)| Some(Self { number: number(part)?, of: number(of)? }));
        part.filter(|part| part.number <= part.of)
            .ok_or_else(|| "make it 7/30, from 1/30 to 30/30".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_together_are_all() {
        for count in [0, 1, 29, 30, 31, 1000, 1_000_000] {
            let mut next = 0;
            for number in 1..=30 {
                let positions = Part { number, of: 30 }.positions(count);
                assert_eq!(positions.start, next);
                assert!(positions.len() <= count / 30 + 1);
                next = positions.end;
            }
            assert_eq!(next, count);
            assert_eq!(Part::ALL.positions(count), 0..count);
        }
    }

    #[test]
    fn each_case_has_its_turn_in_each_round_however_many_come_meanwhile() {
        for growth in [0, 1, 7, 40, 900] {
            let mut unread: Vec<bool> = vec![true; 1000];
            for day in 90..120 {
                let count = 1000 + growth * (day - 90);
                let positions =
                    Part::of_day(i64::try_from(day).unwrap() * SECONDS_A_DAY + 5).positions(count);
                (positions.start.min(1000)..positions.end.min(1000)).for_each(|case| unread[case] = false);
            }
            assert!(unread.iter().all(|unread| !unread), "{growth} a day");
        }
    }

    #[test]
    fn a_part_is_named_as_it_is_shown() {
        assert_eq!("7/30".parse::<Part>().unwrap().to_string(), "7/30");
        assert_eq!(Part::of_day(0).to_string(), "30/30");
        for wrong in ["", "7", "0/30", "31/30", "7/0", "-1/30", "a/b", "7/30/1"] {
            assert!(wrong.parse::<Part>().is_err(), "{wrong}");
        }
    }
}
