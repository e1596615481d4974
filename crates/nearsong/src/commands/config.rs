use nearsong_app::Config;

use super::{open, print};
use crate::{Context, args::ConfigCommand};

pub fn run(context: &Context, command: &ConfigCommand) -> anyhow::Result<()> {
    let app = open(context)?;
    let path = app.data_dir().config();
    match command {
        ConfigCommand::Show => {
            let text = toml_of(app.config());
            print(&format!(
                "# {}{}\n{text}",
                path.display(),
                if path.exists() { "" } else { " (not there: these are the defaults)" }
            ))
        }
        ConfigCommand::Init => {
            Config::write_example(&path).map_err(nearsong_app::AppError::from)?;
            print(&format!("Wrote {} with every setting explained.\n", path.display()))
        }
    }
}

fn toml_of(config: &Config) -> String {
    config.to_toml()
}
