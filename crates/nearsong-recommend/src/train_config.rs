use crate::{Algorithm, ModelError, TrainConfig};

impl TrainConfig {
    /// The parameters as a JSON object, names ascending.
    pub fn to_json(&self) -> serde_json::Value {
        // Through the text, where a 32-bit 0.1 is “0.1”; as a value it would turn into 0.10000000149.
        let json = self.parameters_text().expect("parameters are plain numbers with text names");
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
        let value = serde_json::from_str(value)
            .map_err(|_| bad("expected a value as in JSON, such as 20, 0.5 or true".to_owned()))?;
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
}
