using RapidTuner.Core;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>A table of measured times, read whole; what it measures is told by its columns.</summary>
public sealed class MeasuredTable
{
    private const double MillisecondS = 1e-3;

    private static readonly (TableKind Kind, string[] Columns)[] Known =
    [
        (TableKind.ShareLatency, ["gpu", "model", "tp_gpus", "phase", "batch_seqs", "seq_len_tokens", "sm_share", "latency_ms"]),
        (TableKind.Gemm, ["gpu", "dtype", "m_tokens", "n_out", "k_in", "latency_ms"]),
        (TableKind.AttentionPrefill, ["gpu", "q_heads", "kv_heads", "head_dim", "batch_seqs", "new_tokens_per_seq", "prefix_tokens_per_seq", "latency_ms"]),
        (TableKind.AttentionDecode, ["gpu", "q_heads", "kv_heads", "head_dim", "batch_seqs", "kv_tokens_per_seq", "latency_ms"]),
        (TableKind.AttentionMixed, ["gpu", "q_heads", "kv_heads", "head_dim", "prefill_chunk_tokens", "prefill_kv_tokens", "decode_seqs", "decode_kv_tokens_per_seq", "latency_ms"]),
        (TableKind.LayerOps, ["gpu", "model", "tp_gpus", "layer", "count", "latency_ms"]),
    ];

    private MeasuredTable(string path, TableKind kind, IReadOnlyList<MeasuredRow> rows)
    {
        Path = path;
        Kind = kind;
        Rows = rows;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it measures.</summary>
    public TableKind Kind { get; }

    /// <summary>Its rows, in the order of the file.</summary>
    public IReadOnlyList<MeasuredRow> Rows { get; }

    /// <summary>Reads a table.</summary>
    /// <exception cref="BadInputException">Its columns are those of no known table, or a cell cannot be used; all problems at once.</exception>
    public static MeasuredTable Read(string path)
    {
        var problems = new Problems();
        var csv = CsvFile.Read(path, problems);
        var kind = KindOf(path, csv);
        var rows = csv.Lines.Select(line => Row(kind, csv, line)).ToArray();
        problems.ThrowIfAny();
        return new MeasuredTable(path, kind, rows);
    }

    private static TableKind KindOf(string path, CsvFile csv)
    {
        foreach (var (kind, columns) in Known)
        {
            if (columns.All(csv.Has))
            {
                return kind;
            }
        }

        var nearest = Known.MinBy(k => k.Columns.Count(c => !csv.Has(c)));
        throw new BadInputException(
            $"{path}:1:1",
            "the columns are those of no table that can be scored",
            $"the nearest is {nearest.Kind}, which also needs {string.Join(", ", nearest.Columns.Where(c => !csv.Has(c)))}");
    }

    private static MeasuredRow Row(TableKind kind, CsvFile csv, CsvLine line) => kind switch
    {
        TableKind.ShareLatency => Share(csv, line),
        TableKind.Gemm => Gemm(csv, line),
        TableKind.AttentionPrefill => Prefill(csv, line),
        TableKind.AttentionDecode => Decode(csv, line),
        TableKind.AttentionMixed => Mixed(csv, line),
        _ => Operator(csv, line),
    };

    private static ShareRow Share(CsvFile csv, CsvLine line)
    {
        var phase = csv.Text(line, "phase");
        if (phase is not ("prefill" or "decode"))
        {
            csv.Problem(line, "phase", "give prefill or decode");
        }

        var batch = csv.Whole(line, "batch_seqs", 1);
        var length = csv.Whole(line, "seq_len_tokens", 1);
        var tensorParallel = csv.Whole(line, "tp_gpus", 1);
        return new ShareRow
        {
            Line = line.Number,
            Gpu = csv.Text(line, "gpu"),
            Model = csv.Text(line, "model"),
            Stack = csv.Has("source") ? csv.Text(line, "source") : "vllm-eager",
            Part = phase,
            Curve = $"{csv.Text(line, "model")} tp{tensorParallel} {phase} {batch}x{length}",
            MeasuredS = csv.Positive(line, "latency_ms") * MillisecondS,
            Phase = phase == "prefill" ? Phase.Prefill : Phase.Decode,
            TensorParallel = tensorParallel,
            Work = phase == "prefill" ? StepWork.Prefill(batch, length, 0) : StepWork.Decode(batch, (long)batch * length),
            Share = csv.Positive(line, "sm_share", max: 1),
        };
    }

    private static GemmRow Gemm(CsvFile csv, CsvLine line)
    {
        var (n, k) = (csv.Whole(line, "n_out", 1), csv.Whole(line, "k_in", 1));
        return new GemmRow
        {
            Line = line.Number,
            Gpu = csv.Text(line, "gpu"),
            Model = csv.Text(line, "model"),
            Stack = Source(csv, line) + (csv.Text(line, "dtype") == "fp8" ? "-fp8" : ""),
            Part = csv.Text(line, "op"),
            Curve = $"{n}x{k}",
            MeasuredS = csv.Positive(line, "latency_ms") * MillisecondS,
            Rows = csv.Whole(line, "m_tokens", 1),
            Columns = n,
            Depth = k,
        };
    }

    private static AttentionRow Prefill(CsvFile csv, CsvLine line) => Attention(csv, line) with
    {
        Curve = $"{csv.Text(line, "q_heads")}/{csv.Text(line, "kv_heads")} x{csv.Text(line, "batch_seqs")}",
        Prefill = StepWork.Prefill(csv.Whole(line, "batch_seqs", 1), csv.Whole(line, "new_tokens_per_seq", 1), csv.Whole(line, "prefix_tokens_per_seq", 0)),
    };

    private static AttentionRow Decode(CsvFile csv, CsvLine line)
    {
        var batch = csv.Whole(line, "batch_seqs", 1);
        return Attention(csv, line) with
        {
            Curve = $"{csv.Text(line, "q_heads")}/{csv.Text(line, "kv_heads")} x{batch}",
            Decode = StepWork.Decode(batch, (long)batch * csv.Whole(line, "kv_tokens_per_seq", 0)),
        };
    }

    private static AttentionRow Mixed(CsvFile csv, CsvLine line)
    {
        var chunk = csv.Whole(line, "prefill_chunk_tokens", 0);
        var sequences = csv.Whole(line, "decode_seqs", 0);
        if (chunk + sequences == 0)
        {
            csv.Problem(line, "decode_seqs", "give a row with something in it");
        }

        var context = csv.Whole(line, "prefill_kv_tokens", 0);
        var kv = csv.Whole(line, "decode_kv_tokens_per_seq", 0);
        return Attention(csv, line) with
        {
            Part = chunk == 0 ? "decode" : sequences == 0 ? "prefill" : "mixed",
            Curve = chunk == 0 ? $"{sequences} decodes" : $"{chunk}+{context}",
            Prefill = chunk > 0 ? StepWork.Prefill(1, chunk, context) : default,
            Decode = sequences > 0 ? StepWork.Decode(sequences, (long)sequences * kv) : default,
        };
    }

    private static AttentionRow Attention(CsvFile csv, CsvLine line) => new()
    {
        Line = line.Number,
        Gpu = csv.Text(line, "gpu"),
        Model = csv.Text(line, "model"),
        Stack = Source(csv, line),
        Part = csv.Text(line, "kernel"),
        Curve = "",
        MeasuredS = csv.Positive(line, "latency_ms") * MillisecondS,
        Shape = new AttentionShape(csv.Whole(line, "q_heads", 1), csv.Whole(line, "kv_heads", 1), csv.Whole(line, "head_dim", 1), 2),
    };

    private static OperatorRow Operator(CsvFile csv, CsvLine line) => new()
    {
        Line = line.Number,
        Gpu = csv.Text(line, "gpu"),
        Model = csv.Text(line, "model"),
        Stack = Source(csv, line),
        Part = csv.Text(line, "layer"),
        Curve = csv.Text(line, "layer") + " " + csv.Text(line, "count"),
        MeasuredS = csv.Positive(line, "latency_ms") * MillisecondS,
        TensorParallel = csv.Whole(line, "tp_gpus", 1),
        Count = csv.Whole(line, "count", 1),
    };

    /// <summary>The alias of the stack under which the row was measured; tables without the column come from the default stack's kernels.</summary>
    private static string Source(CsvFile csv, CsvLine line) => csv.Has("source") ? csv.Text(line, "source") : "graphs";
}
