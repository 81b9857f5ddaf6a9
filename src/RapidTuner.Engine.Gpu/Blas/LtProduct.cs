namespace RapidTuner.Engine.Gpu.Blas;

/// <summary>The library's handles of one planned product.</summary>
internal readonly record struct LtProduct(nint Handle, nint Product, nint A, nint B, nint D);
