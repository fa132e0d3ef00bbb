/// Number format of weights and activations.
public enum Precision: String, SettingChoice {
    /// Fixed point of 16 bits for generation and scoring where the CPU multiplies it faster, f32 for
    /// fine-tuning.
    case automatic = "auto"
    /// 32-bit floats throughout.
    case f32
    /// Weights and product inputs rounded to bf16, sums in f32.
    case bf16
    /// As `auto`, but generation in fixed point of 8 bits: faster where the CPU has dot-product instructions,
    /// and so coarse that one greedy answer in seven changes.
    case int8
}
