use nearsong_types::Moment;

use crate::StandinError;

/// What a written history is to span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportPlan {
    /// No play ends after this moment; the last ones end within the three days before it.
    pub ends_at: Moment,
    /// Days from the first play to the last.
    pub days: u32,
    /// Plays of music. Podcasts, videos, repeated rows and rows without names come on top, about 4 in a hundred.
    pub n_plays: usize,
}

impl ExportPlan {
    /// The most plays a day, on average, that a listener who also sleeps can have.
    pub const MAX_PLAYS_PER_DAY: u64 = 120;
    /// A hundred years.
    pub const MAX_DAYS: u32 = 36_525;

    /// Two years of listening, 15,000 plays: the plan of `nearsong demo`.
    pub fn two_years(ends_at: Moment) -> Self {
        Self { ends_at, days: 730, n_plays: 15_000 }
    }

    /// # Errors
    /// [`StandinError::PlanTooFull`], [`StandinError::PlanOutsideCalendar`].
    pub(crate) fn check(&self) -> Result<(), StandinError> {
        let min_days = (self.n_plays as u64).div_ceil(Self::MAX_PLAYS_PER_DAY);
        if u64::from(self.days) < min_days {
            return Err(StandinError::PlanTooFull { n_plays: self.n_plays, days: self.days, min_days });
        }
        let ends_at_seconds = self.ends_at.seconds();
        let year_9999 = 253_370_764_800;
        let first = ends_at_seconds - (i64::from(self.days) + 3) * 86_400;
        if self.days > Self::MAX_DAYS || first < 0 || ends_at_seconds > year_9999 {
            return Err(StandinError::PlanOutsideCalendar { days: self.days, ends_at_seconds });
        }
        Ok(())
    }
}
