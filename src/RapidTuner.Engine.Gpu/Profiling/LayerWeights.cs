namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>Addresses of one layer's weights.</summary>
internal readonly record struct LayerWeights(nint Qkv, nint Out, nint GateUp, nint Down, nint InputNorm, nint FeedNorm);
