namespace RapidTuner.Engine.Gpu.Kernels;

/// <summary>A vendor's run-time compiler.</summary>
internal interface IKernelCompiler
{
    /// <summary>Its name and version; a new version compiles anew.</summary>
    string Version { get; }

    /// <summary>Compiles for one architecture.</summary>
    /// <exception cref="Devices.GpuException">The compiler refuses; its log is in the message.</exception>
    byte[] Compile(string source, string architecture);
}
