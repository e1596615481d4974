use nearsong_app::{examine, restore_backup};
use serde::Serialize;

use super::{open, print, print_json};
use crate::{
    Context,
    args::{BackupArgs, JsonArgs, RestoreArgs},
    render::{bytes, count},
};

#[derive(Serialize)]
struct CheckJson<'a> {
    what: &'a str,
    ok: bool,
    advice: Option<&'a str>,
}

pub fn doctor(context: &Context, args: &JsonArgs) -> anyhow::Result<()> {
    let checks = examine(&context.data_dir)?;
    let n_wrong = checks.iter().filter(|check| !check.ok).count();
    if args.json {
        let json = |check: &'_ nearsong_app::Check| (check.what.clone(), check.ok, check.advice.clone());
        let checks: Vec<_> = checks.iter().map(json).collect();
        let checks: Vec<CheckJson<'_>> =
            checks.iter().map(|(what, ok, advice)| CheckJson { what, ok: *ok, advice: advice.as_deref() }).collect();
        print_json(&checks)?;
    } else {
        for check in &checks {
            let advice = check.advice.as_ref().map(|advice| format!("\n      {}", advice.replace('\n', "\n      ")));
            print(&format!(
                "  {} {}{}\n",
                if check.ok { "ok  " } else { "!!  " },
                check.what,
                advice.unwrap_or_default()
            ))?;
        }
    }
    anyhow::ensure!(n_wrong == 0, "{n_wrong} of {} checks found something wrong", checks.len());
    if args.json { Ok(()) } else { print("Everything is sound.\n") }
}

pub fn backup(context: &Context, args: &BackupArgs) -> anyhow::Result<()> {
    let report = open(context)?.backup(&args.file, context.now)?;
    print(&format!(
        "Wrote {}: {} files, {} ({} unpacked).\nBring it back with: nearsong --data-dir FOLDER restore {}\n",
        args.file.display(),
        count(report.n_files),
        bytes(report.size_bytes),
        bytes(report.content_bytes),
        args.file.display()
    ))
}

pub fn restore(context: &Context, args: &RestoreArgs) -> anyhow::Result<()> {
    let report = restore_backup(&args.file, &context.data_dir)?;
    print(&format!(
        "Restored {} files, {}, to {}.\n",
        count(report.n_files),
        bytes(report.content_bytes),
        context.data_dir.display()
    ))
}
