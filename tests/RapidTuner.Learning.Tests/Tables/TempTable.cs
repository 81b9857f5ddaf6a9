using RapidTuner.Core.Catalogue;
using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Tests.Tables;

/// <summary>A folder of its own for tables and models, and what a fit needs.</summary>
internal sealed class TempTable : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public List<string> Notes { get; } = [];

    public string Model => Path.Combine(_folder, "m.model");

    public FitContext Context => new(SpecCatalogue.Open(), new StoppedClock(), Notes.Add);

    public string Write(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    public string Write(params string[] lines) => Write("t.csv", lines);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
