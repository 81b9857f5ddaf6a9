using RapidTuner.Tests.Shared;

namespace RapidTuner.Tests.Architecture;

/// <summary>The checkout's own files, as far as people wrote them.</summary>
internal static class Checkout
{
    private static readonly string[] Made = ["bin", "obj", "artifacts", "node_modules", "dist", "TestResults", "data", "BenchmarkDotNet.Artifacts"];

    /// <summary>Paths relative to the root, with forward slashes, of every file with one of these extensions.</summary>
    public static IEnumerable<string> Files(params string[] extensions) =>
        Below(new DirectoryInfo(SharedData.Root))
            .Where(f => extensions.Contains(f.Extension))
            .Select(f => Path.GetRelativePath(SharedData.Root, f.FullName).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    public static string Text(string relative) => File.ReadAllText(Path.Combine(SharedData.Root, relative));

    public static string[] Lines(string relative) => File.ReadAllLines(Path.Combine(SharedData.Root, relative));

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(folder.EnumerateDirectories()
            .Where(d => !Made.Contains(d.Name) && d.Name != ".git" && d.LinkTarget is null)
            .SelectMany(Below));
}
