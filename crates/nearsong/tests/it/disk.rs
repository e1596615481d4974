//! A disk that is full and a directory that is read-only. Both need help from the system, and are skipped loudly without it.
#![cfg(target_os = "linux")]

use std::io::Write as _;

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use crate::{
    made_up::{NOW, made_up, tomigelo_csv},
    nearsong::{Nearsong, Said},
};

/// Runs a shell script in which `$DISK` is an empty disk of this size, `$NEARSONG` the binary and `$FILE` a file to bring.
fn on_a_small_disk(nearsong: &Nearsong, kilobytes: u32, file: &str, script: &str) -> Option<Said> {
    let disk = nearsong.home().join("disk");
    fs::create_dir_all(&disk).unwrap();
    let script = format!("mount -t tmpfs -o size={kilobytes}k tmpfs \"$DISK\" || exit 77\n{script}");
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    command
        .env("DISK", &disk)
        .env("NEARSONG", env!("CARGO_BIN_EXE_nearsong"))
        .env("FILE", file)
        .env("PREPARED", nearsong.data());
    match command.output() {
        Ok(output) if output.status.code() != Some(77) => Some(output.into()),
        _ => {
            std::io::stderr()
                .write_all(b"SKIPPED: no disk can be mounted here, so a full disk is not proven\n")
                .unwrap();
            None
        }
    }
}

const ASK: &str = "for ask in 'status' 'features list' 'models list' 'listeners list'; do $NEARSONG --data-dir $DISK/d $ask --json || exit 70; done
    find $DISK/d/datasets $DISK/d/features $DISK/d/models -type f | sort";

/// What was there before is there after, and the command in between fails as a full disk does.
fn check_full(file: &str, content: &[u8], kilobytes: u32, command: &str) {
    let nearsong = Nearsong::prepared();
    let file = nearsong.put(file, content);
    let script = format!(
        "cp -r \"$PREPARED\" $DISK/d || exit 76
         $NEARSONG --data-dir $DISK/d recommend --as-of {NOW} > /dev/null || exit 75
         before=$({ASK})
         {command}
         code=$?
         rm -f $DISK/fill
         after=$({ASK}) || exit 74
         test \"$before\" = \"$after\" || exit 73
         find $DISK/d -name '*.part*' | grep -q . && exit 72
         exit $code"
    );
    let Some(said) = on_a_small_disk(&nearsong, kilobytes, &file, &script) else { return };
    let message = said.failed(4);
    assert!(message.contains("the disk is full") && message.contains("make room and try again"), "{message}");
}

/// Size of the prepared data directory, with a little room beside it, in kilobytes.
fn with_room(kilobytes: u32) -> u32 {
    let nearsong = Nearsong::prepared();
    let blocks = |bytes: usize| bytes.div_ceil(4096) as u32 * 4;
    let files = crate::nearsong::files_in(&nearsong.data());
    files.iter().map(|(_, bytes)| blocks(bytes.len())).sum::<u32>() + 100 + kilobytes
}

#[test]
fn a_full_disk_stops_an_import_and_changes_nothing() {
    let rows: Vec<String> =
        (0..20_000).map(|n| format!(r#"{{"endTime":"20{:02}-{:02}-{:02} 18:31","artistName":"Artist {n}","trackName":"Song {n}","msPlayed":174424}}"#, n % 20 + 2, n % 12 + 1, n % 28 + 1)).collect();
    let json = format!("[{}]", rows.join(","));
    check_full(
        "StreamingHistory_music_0.json",
        json.as_bytes(),
        with_room(200),
        "$NEARSONG --data-dir $DISK/d import \"$FILE\"",
    );
}

#[test]
fn a_full_disk_stops_a_dataset_and_changes_nothing() {
    let ids: Vec<String> = (0..20_000).map(|n| format!("{n:022}")).collect();
    let rows: Vec<(&str, &[(&str, &str)])> = ids.iter().map(|id| (id.as_str(), &[][..])).collect();
    let csv = tomigelo_csv(&rows);
    // Too little for the file itself, and too little for what is made of it.
    for room in [200, 2_000] {
        check_full("songs.csv", csv.as_bytes(), with_room(room), "$NEARSONG --data-dir $DISK/d catalog add \"$FILE\"");
    }
}

#[test]
fn a_full_disk_stops_training_and_changes_nothing() {
    // Room for the lock and the log of the database, not for a model.
    let script = "dd if=/dev/zero of=$DISK/fill bs=1k count=$(($(df --output=avail $DISK | tail -1) - 60)) 2>/dev/null
        $NEARSONG --data-dir $DISK/d train content-knn --promote";
    check_full("unused", b"", with_room(0), script);
}

#[test]
fn a_read_only_directory_can_still_be_asked_and_refuses_to_change() {
    let nearsong = Nearsong::prepared();
    let zip = nearsong.put("my_spotify_data.zip", &made_up().export);
    let out = nearsong.run(&["status"]).ok();
    set_mode(&nearsong, 0o500, 0o400);
    let as_nobody = |args: &[&str]| -> Said {
        let plain = nearsong.command(args);
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        command.arg(plain.get_program()).args(plain.get_args()).env_clear().env("PATH", "/usr/bin:/bin");
        command.envs(plain.get_envs().map(|(name, value)| (name, value.unwrap())));
        command.current_dir("/").output().unwrap().into()
    };
    let is_root = fs::write(nearsong.data().join("touch"), "").is_ok();
    if is_root {
        fs::remove_file(nearsong.data().join("touch")).unwrap();
        fs::set_permissions(nearsong.home(), fs::Permissions::from_mode(0o755)).unwrap();
        set_mode(&nearsong, 0o555, 0o444);
        let can_run = Command::new("setpriv")
            .args([
                "--reuid",
                "65534",
                "--regid",
                "65534",
                "--clear-groups",
                env!("CARGO_BIN_EXE_nearsong"),
                "--version",
            ])
            .output();
        if !can_run.is_ok_and(|output| output.status.success()) {
            return std::io::stderr()
                .write_all(
                    b"SKIPPED: root may write anywhere and nobody cannot run the binary, so read-only is not proven\n",
                )
                .unwrap();
        }
    }
    let run = |args: &[&str]| if is_root { as_nobody(args) } else { nearsong.run(args) };
    for args in
        [["import", &zip].as_slice(), &["train"], &["catalog", "remove", "made-up.csv.gz"], &["import", "--undo"]]
    {
        let message = run(args).failed(1);
        assert!(message.contains("read-only") && message.contains("permissions"), "{args:?}: {message}");
    }
    set_mode(&nearsong, 0o700, 0o600);
    assert_eq!(nearsong.run(&["status"]).ok(), out);
}

/// Folders and files of the data directory, at every depth.
fn set_mode(nearsong: &Nearsong, folders: u32, files: u32) {
    let mut all = vec![nearsong.data()];
    let mut at = 0;
    while at < all.len() {
        if all[at].is_dir() {
            // Open while it is looked through.
            fs::set_permissions(&all[at], fs::Permissions::from_mode(0o700)).unwrap();
            all.extend(fs::read_dir(&all[at]).unwrap().map(|entry| entry.unwrap().path()));
        }
        at += 1;
    }
    for path in all.iter().rev() {
        let mode = if path.is_dir() { folders } else { files };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
}
