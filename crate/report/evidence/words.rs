//! Numbers and dates as the evidence report writes them.
//!
//! Dates are of the calendar that is in use (Gregorian), in UTC and at the offset that whoever asks states: there is no clock here, and no
//! table of time zones.

use crate::base::Time;

/// An offset from UTC, in minutes; east of Greenwich is positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offset(i32);

impl Offset {
    /// An offset of so many minutes; beyond a day it is a day.
    pub fn minutes(minutes: i32) -> Self {
        Offset(minutes.clamp(-24 * 60, 24 * 60))
    }

    /// Reads `+02:00`, `-03:30` or `Z`.
    ///
    /// # Errors
    /// A text that says what it should have been.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "an offset such as +02:00, -03:30 or Z";
        if text == "Z" {
            return Ok(Offset(0));
        }
        let (sign, rest) = text.split_at_checked(1).ok_or(WRONG)?;
        let sign = match sign {
            "+" => 1,
            "-" => -1,
            _ => return Err(WRONG),
        };
        let (hours, minutes) = rest.split_once(':').ok_or(WRONG)?;
        let number = |text: &str, below: i32| -> Option<i32> {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|number| digits && *number < below)
        };
        let (hours, minutes) = number(hours, 24).zip(number(minutes, 60)).ok_or(WRONG)?;
        Ok(Offset(sign * (hours * 60 + minutes)))
    }

    /// The minutes.
    pub fn in_minutes(self) -> i32 {
        self.0
    }

    /// As `+02:00`.
    pub fn words(self) -> String {
        let minutes = self.0.unsigned_abs();
        format!("{}{:02}:{:02}", if self.0 < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
    }

    /// Whether it is none.
    pub fn is_utc(self) -> bool {
        self.0 == 0
    }
}

/// A date with its time, to the microsecond, at an offset from UTC.
pub fn date(time: Time, Offset(minutes): Offset) -> String {
    let micros = time.nanos().div_euclid(1000) + i64::from(minutes) * 60_000_000;
    let (days, of_day) = (micros.div_euclid(DAY_MICROS), micros.rem_euclid(DAY_MICROS));
    let (year, month, day) = civil(days);
    let (seconds, fraction) = (of_day / 1_000_000, of_day % 1_000_000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{fraction:06}")
}

/// Year, month and day of a number of days since 1970. Counts in years that begin in March, so that leap days come last, and in the 400 years
/// after which the calendar repeats itself.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A number with its digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    groups.join("\u{202f}")
}

/// Bytes, and the same in larger units where there are thousands of them.
pub fn bytes(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        (value, unit) = (value / 1024.0, unit + 1);
    }
    match UNITS.get(unit) {
        Some(name) if unit > 0 => format!("{} bytes ({value:.1} {name})", grouped(bytes)),
        _ if bytes == 1 => "1 byte".into(),
        _ => format!("{} bytes", grouped(bytes)),
    }
}

/// A share, 0 to 1, in percent with one decimal; only all of it is 100.
pub fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).floor() / 10.0;
    format!("{tenths:.1} %")
}

/// So many of something.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

const DAY_MICROS: i64 = 86_400_000_000;
const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_at_an_offset() {
        let at = |seconds: i64, minutes| date(Time::from_nanos(seconds * 1_000_000_000), Offset::minutes(minutes));
        assert_eq!(at(0, 0), "1970-01-01 00:00:00.000000");
        assert_eq!(at(951_782_399, 0), "2000-02-28 23:59:59.000000");
        assert_eq!(at(951_782_400, 0), "2000-02-29 00:00:00.000000");
        assert_eq!(at(1_709_251_199, 60), "2024-03-01 00:59:59.000000");
        assert_eq!(at(-1, -90), "1969-12-31 22:29:59.000000");
        assert_eq!(date(Time::from_nanos(1_700_000_000_123_456_789), Offset::default()), "2023-11-14 22:13:20.123456");
        assert_eq!(date(Time::from_nanos(i64::MIN), Offset::default()), "1677-09-21 00:12:43.145224");
    }

    #[test]
    fn offsets_are_read_and_written() {
        for (text, minutes) in [("+02:00", 120), ("-03:30", -210), ("Z", 0), ("+00:00", 0), ("+14:00", 840)] {
            assert_eq!(Offset::read(text), Ok(Offset(minutes)), "{text}");
        }
        for text in ["", "2", "+2:00", "02:00", "+24:00", "+01:60", "+0a:00", "é02:00", "+-1:00"] {
            assert!(Offset::read(text).is_err(), "{text}");
        }
        assert_eq!((Offset(-210).words(), Offset(0).words()), ("-03:30".into(), "+00:00".into()));
    }

    #[test]
    fn numbers_in_words() {
        assert_eq!((grouped(0), grouped(999), grouped(1_234_567)), ("0".into(), "999".into(), "1\u{202f}234\u{202f}567".into()));
        assert_eq!(
            (bytes(1), bytes(1023), bytes(1536)),
            ("1 byte".into(), "1\u{202f}023 bytes".into(), "1\u{202f}536 bytes (1.5 KiB)".into())
        );
        assert_eq!((percent(0.9999), percent(1.0)), ("99.9 %".into(), "100.0 %".into()));
        assert_eq!((counted(1, "host", "hosts"), counted(0, "host", "hosts")), ("1 host".into(), "0 hosts".into()));
    }
}
