use crate::{Algorithm, AudioKnnConfig, ContentKnnConfig, KnnRegressorConfig, ModelError};

/// An algorithm with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub enum TrainConfig {
    /// See [`ContentKnnConfig`].
    ContentKnn(ContentKnnConfig),
    /// See [`AudioKnnConfig`].
    AudioKnn(AudioKnnConfig),
    /// See [`KnnRegressorConfig`].
    KnnRegressor(KnnRegressorConfig),
}

impl TrainConfig {
    /// The algorithm with its default parameters.
    pub fn of(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::ContentKnn => Self::ContentKnn(ContentKnnConfig::default()),
            Algorithm::AudioKnn => Self::AudioKnn(AudioKnnConfig::default()),
            Algorithm::KnnRegressor => Self::KnnRegressor(KnnRegressorConfig::default()),
        }
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::ContentKnn(_) => Algorithm::ContentKnn,
            Self::AudioKnn(_) => Algorithm::AudioKnn,
            Self::KnnRegressor(_) => Algorithm::KnnRegressor,
        }
    }

    /// The parameters as a JSON object, names ascending.
    pub fn to_json(&self) -> serde_json::Value {
        let json = match self {
            Self::ContentKnn(config) => serde_json::to_string(config),
            Self::AudioKnn(config) => serde_json::to_string(config),
            Self::KnnRegressor(config) => serde_json::to_string(config),
        };
        // Through the text, where a 32-bit 0.1 is “0.1”; as a value it would turn into 0.10000000149.
        let json = json.expect("parameters are plain numbers with text names");
        serde_json::from_str(&json).expect("what was just written")
    }

    /// The same with one parameter changed; `value` is JSON, such as `20` or `0.5`.
    ///
    /// # Errors
    /// [`ModelError::BadParameter`] where the algorithm has no such parameter or it cannot have that value.
    pub fn with(&self, name: &str, value: &str) -> Result<Self, ModelError> {
        let bad = |detail: String| ModelError::BadParameter {
            algorithm: self.algorithm(),
            name: name.to_owned(),
            value: value.to_owned(),
            detail,
        };
        let mut json = self.to_json();
        let object = json.as_object_mut().expect("parameters are an object");
        let known = || object.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        if !object.contains_key(name) {
            return Err(bad(format!("there is no such parameter; there are {}", known())));
        }
        let value = serde_json::from_str(value).map_err(|_| bad("expected a number".to_owned()))?;
        object.insert(name.to_owned(), value);
        let config = Self::parse(self.algorithm(), json).map_err(|error| bad(error.to_string()))?;
        config.check().map_err(bad)?;
        Ok(config)
    }

    /// The algorithm with the parameters that [`TrainConfig::to_json`] wrote.
    ///
    /// # Errors
    /// [`ModelError::BadParameter`] where they are not those of the algorithm.
    pub fn from_json(algorithm: Algorithm, json: &str) -> Result<Self, ModelError> {
        let bad = |detail: String| {
            let (name, value) = ("parameters".to_owned(), json.to_owned());
            ModelError::BadParameter { algorithm, name, value, detail }
        };
        let value = serde_json::from_str(json).map_err(|error| bad(error.to_string()))?;
        let config = Self::parse(algorithm, value).map_err(|error| bad(error.to_string()))?;
        config.check().map_err(bad)?;
        Ok(config)
    }

    fn parse(algorithm: Algorithm, json: serde_json::Value) -> serde_json::Result<Self> {
        match algorithm {
            Algorithm::ContentKnn => serde_json::from_value(json).map(Self::ContentKnn),
            Algorithm::AudioKnn => serde_json::from_value(json).map(Self::AudioKnn),
            Algorithm::KnnRegressor => serde_json::from_value(json).map(Self::KnnRegressor),
        }
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::ContentKnn(config) => config.check(),
            Self::AudioKnn(config) => config.check(),
            Self::KnnRegressor(config) => config.check(),
        }
    }
}
