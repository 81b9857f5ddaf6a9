using System.Globalization;
using RapidTuner.Core;
using RapidTuner.Core.Errors;

namespace RapidTuner.Engine.Profiling;

/// <summary>
/// A profile on disk, row by row, so that one that was broken off goes on where it stopped. Steps alone stand in the calibration format
/// (<c>calibrate --table</c> reads it); steps beside the other phase stand in a second table next to it, with the other's columns.
/// </summary>
public sealed class ProfileFile : IDisposable
{
    private const string Header =
        "source,model,gpu,tp_gpus,phase,batch_seqs,seq_len_tokens,sm_share,latency_ms,low_ms,high_ms,repeats,units,device_units,clock_mhz,power_w,throttled";

    private const string BesideHeader = ",beside_batch_seqs,beside_seq_len_tokens,beside_units";

    private readonly IStepMeter _meter;
    private readonly StreamWriter _alone;
    private readonly StreamWriter _together;

    /// <summary>Opens or creates the tables.</summary>
    /// <param name="path">The table of steps alone.</param>
    /// <param name="meter">Whose measurements they are.</param>
    /// <exception cref="BadInputException">A table is there that is none of this device and model.</exception>
    public ProfileFile(string path, IStepMeter meter)
    {
        _meter = meter;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var problems = new Problems();
        var (alone, together) = (Known(path, Header, problems), Known(BesidePath(path), Header + BesideHeader, problems));
        problems.ThrowIfAny();
        Rows = [.. alone, .. together];
        _alone = Open(path, Header);
        _together = Open(BesidePath(path), Header + BesideHeader);
    }

    /// <summary>What was measured before.</summary>
    public IReadOnlyList<ProfileRow> Rows { get; }

    /// <summary>The table of steps beside the other phase, next to <paramref name="path"/>.</summary>
    public static string BesidePath(string path) => Path.ChangeExtension(path, ".together" + Path.GetExtension(path));

    /// <summary>Appends a row; it is on disk when this returns.</summary>
    public void Append(ProfileRow row)
    {
        var (step, measured) = (row.Point.Step, row.Measured);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{_meter.Stack},{_meter.Model},{_meter.Device},1,{Name(step.Phase)},{step.BatchSeqs},{step.SeqLenTokens},{(double)step.Units / _meter.Units:F4},{Ms(measured.MedianS)},{Ms(measured.LowS)},{Ms(measured.HighS)},{measured.Repeats},{step.Units},{_meter.Units},{measured.ClockHz * 1e-6:F0},{measured.PowerW:F1},{(measured.Throttled ? 1 : 0)}");
        if (row.Point.Beside is { } beside)
        {
            _together.WriteLine($"{line},{beside.BatchSeqs},{beside.SeqLenTokens},{beside.Units}");
            _together.Flush();
        }
        else
        {
            _alone.WriteLine(line);
            _alone.Flush();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _alone.Dispose();
        _together.Dispose();
    }

    private static string Ms(double seconds) => (seconds * 1e3).ToString("G6", CultureInfo.InvariantCulture);

    private static string Name(Phase phase) => phase == Phase.Prefill ? "prefill" : "decode";

    private static StreamWriter Open(string path, string header)
    {
        var fresh = !File.Exists(path) || new FileInfo(path).Length == 0;
        var writer = new StreamWriter(path, append: true) { NewLine = "\n" };
        if (fresh)
        {
            writer.WriteLine(header);
            writer.Flush();
        }

        return writer;
    }

    private List<ProfileRow> Known(string path, string header, Problems problems)
    {
        var rows = new List<ProfileRow>();
        if (!File.Exists(path))
        {
            return rows;
        }

        var lines = File.ReadAllText(path);
        var whole = lines[..(lines.LastIndexOf('\n') + 1)];
        if (whole.Length < lines.Length)
        {
            // The last row was broken off in the writing: it is measured again.
            File.WriteAllText(path, whole);
        }

        var columns = header.Split(',').Length;
        var split = whole.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < split.Length; i++)
        {
            var fields = split[i].Split(',');
            if (i == 0 ? split[0] != header : fields.Length != columns || !Mine(fields) || Row(fields) is null)
            {
                problems.Add($"{path}:{i + 1}:1", "is not a row of a profile of this device and model", "give another --out, or remove the file");
                return rows;
            }

            if (i > 0)
            {
                rows.Add(Row(fields)!.Value);
            }
        }

        return rows;
    }

    private bool Mine(string[] fields) =>
        fields[0] == (_meter.Stack ?? "") && fields[1] == _meter.Model && fields[2] == _meter.Device && fields[13] == _meter.Units.ToString(CultureInfo.InvariantCulture);

    private static ProfileRow? Row(string[] f)
    {
        double? Number(int at) => double.TryParse(f[at], CultureInfo.InvariantCulture, out var value) ? value : null;
        int? Whole(int at) => int.TryParse(f[at], CultureInfo.InvariantCulture, out var value) ? value : null;
        var phase = f[4] == "prefill" ? Phase.Prefill : Phase.Decode;
        if (Whole(5) is not { } batch || Whole(6) is not { } length || Number(8) is not { } median || Number(9) is not { } low || Number(10) is not { } high
            || Whole(11) is not { } repeats || Whole(12) is not { } units || Number(14) is not { } clock || Number(15) is not { } power)
        {
            return null;
        }

        ProfileStep? beside = null;
        if (f.Length > 17)
        {
            if (Whole(17) is not { } besideBatch || Whole(18) is not { } besideLength || Whole(19) is not { } besideUnits)
            {
                return null;
            }

            beside = new ProfileStep(phase == Phase.Prefill ? Phase.Decode : Phase.Prefill, besideBatch, besideLength, besideUnits);
        }

        return new ProfileRow(
            new ProfilePoint(new ProfileStep(phase, batch, length, units), beside),
            new ProfileMeasurement(median * 1e-3, low * 1e-3, high * 1e-3, repeats, clock * 1e6, power, f[16] == "1"));
    }
}
