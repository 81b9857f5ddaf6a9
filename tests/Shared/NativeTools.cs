using System.Diagnostics;

namespace RapidTuner.Tests.Shared;

/// <summary>The native compilers of this machine.</summary>
internal static class NativeTools
{
    /// <summary>Where the tests' native sources lie.</summary>
    public static string Sources { get; } = Path.Combine(AppContext.BaseDirectory, "native");

    /// <summary>A compiler by its kind: cc, c++ or clang (any version from 17 on, for gfx942).</summary>
    public static string? Find(string kind) => kind switch
    {
        "clang" => Enumerable.Range(17, 8).Reverse().Select(v => OnPath($"clang-{v}")).FirstOrDefault(p => p is not null),
        _ => OnPath(kind),
    };

    /// <summary>Runs a compiler; its complaints are the exception's message.</summary>
    public static void Run(string kind, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(kind) ?? throw new InvalidOperationException($"{kind} is not installed")) { RedirectStandardError = true, UseShellExecute = false };
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 || said.Length > 0)
        {
            throw new InvalidOperationException($"{kind} {string.Join(' ', arguments)}\n{said}");
        }
    }

    private static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
}
