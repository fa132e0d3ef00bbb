import Testing

/// Suites that compute: one at a time, for the kernels' variant and thread count belong to the process and
/// the default model takes half a gigabyte.
@Suite(.serialized) enum EngineSerial {}
