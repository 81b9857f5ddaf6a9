namespace RapidTuner.Engine.Gpu.Kernels;

/// <summary>The kernels' source (<c>native/</c>), carried in the assembly: the prelude and the kernels as one text.</summary>
public static class KernelSource
{
    /// <summary>The whole source.</summary>
    public static string Text { get; } = Resource("portable.h") + "\n" + Resource("kernels.cpp");

    private static string Resource(string name)
    {
        using var stream = typeof(KernelSource).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
