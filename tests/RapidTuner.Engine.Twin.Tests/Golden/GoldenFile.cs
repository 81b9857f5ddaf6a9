using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Twin.Tests.Golden;

/// <summary>Compares lines with a committed file, or writes it anew when asked to.</summary>
internal static class GoldenFile
{
    private const string Variable = "RAPIDTUNER_GOLDEN";

    public static void Check(string name, IReadOnlyList<string> actual)
    {
        var path = Path.Combine(SharedData.Root, "tests", "RapidTuner.Engine.Twin.Tests", "Golden", name);
        if (Environment.GetEnvironmentVariable(Variable) == "rewrite")
        {
            File.WriteAllText(path, string.Join('\n', actual) + "\n");
            return;
        }

        var expected = File.ReadAllLines(path);
        for (var i = 0; i < Math.Max(expected.Length, actual.Count); i++)
        {
            var (was, now) = (i < expected.Length ? expected[i] : "(end)", i < actual.Count ? actual[i] : "(end)");
            Assert.True(was == now, $"{name}:{i + 1}: committed {was}; now {now}. If that is meant: {Variable}=rewrite dotnet test tests/RapidTuner.Engine.Twin.Tests --filter Golden, and review the diff");
        }
    }
}
