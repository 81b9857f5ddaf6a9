using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution;

/// <summary>
/// What one stream's step computes, and the activations it computes with. Rows are new tokens, sequence by sequence; rooms are made once, for
/// the largest step there can be, and a step allocates nothing.
/// </summary>
internal sealed unsafe class StepBatch : IDisposable
{
    private readonly List<NativeBuffer> _owned = [];
    private readonly StepSegment[] _segments;

    /// <param name="config">The model.</param>
    /// <param name="rowsMax">Most new tokens of a step.</param>
    /// <param name="segmentsMax">Most sequences of a step.</param>
    public StepBatch(DecoderConfig config, int rowsMax, int segmentsMax)
    {
        RowsMax = rowsMax;
        Tokens = new int[rowsMax];
        Positions = new int[rowsMax];
        Slots = new int[rowsMax];
        LogitRows = new int[segmentsMax];
        Drawn = new int[segmentsMax];
        _segments = new StepSegment[segmentsMax];
        QkvStride = Padded(config.HeadDim * (config.Heads + (2 * config.KvHeads)));
        AttendedStride = config.Heads * config.HeadDim;
        HiddenStride = Padded(config.Hidden);
        GateUpStride = Padded(2 * config.FeedForward);
        InnerStride = config.FeedForward;
        LogitStride = Padded(config.Vocabulary);
        Residual = Room((long)rowsMax * HiddenStride);
        Normed = Room((long)rowsMax * HiddenStride);
        Qkv = Room((long)rowsMax * QkvStride);
        Attended = Room((long)rowsMax * AttendedStride);
        Angles = Room((long)rowsMax * config.HeadDim);
        LastHidden = Room((long)segmentsMax * HiddenStride);
        Logits = Room((long)segmentsMax * LogitStride);
        var visits = Math.Max(1, config.ExpertsPerToken);
        GateUp = Room((long)rowsMax * visits * GateUpStride);
        Inner = Room((long)rowsMax * visits * InnerStride);
        Routing = config.Experts > 0 ? new ExpertRouting(config, rowsMax) : null;
        Gathered = config.Experts > 0 ? Room((long)rowsMax * visits * HiddenStride) : null;
        ExpertOut = config.Experts > 0 ? Room((long)rowsMax * visits * HiddenStride) : null;
    }

    public int RowsMax { get; }

    /// <summary>New tokens of the step.</summary>
    public int Rows { get; private set; }

    public int SegmentCount { get; private set; }

    /// <summary>Rows whose next token is drawn.</summary>
    public int LogitCount { get; private set; }

    public ReadOnlySpan<StepSegment> Segments => _segments.AsSpan(0, SegmentCount);

    /// <summary>Per row: token, position in its sequence, sequence.</summary>
    public int[] Tokens { get; }

    public int[] Positions { get; }

    public int[] Slots { get; }

    /// <summary>Row of each token that is drawn.</summary>
    public int[] LogitRows { get; }

    /// <summary>The tokens drawn, one per entry of <see cref="LogitRows"/>.</summary>
    public int[] Drawn { get; }

    public int HiddenStride { get; }

    public int QkvStride { get; }

    public int AttendedStride { get; }

    public int GateUpStride { get; }

    public int InnerStride { get; }

    public int LogitStride { get; }

    public NativeBuffer Residual { get; }

    public NativeBuffer Normed { get; }

    public NativeBuffer Qkv { get; }

    public NativeBuffer Attended { get; }

    /// <summary>Per row: cosines of the head's pairs, then sines.</summary>
    public NativeBuffer Angles { get; }

    public NativeBuffer LastHidden { get; }

    public NativeBuffer Logits { get; }

    public NativeBuffer GateUp { get; }

    public NativeBuffer Inner { get; }

    /// <summary>Which rows visit which experts; null for a dense model.</summary>
    public ExpertRouting? Routing { get; }

    /// <summary>Normed rows once per visit, by expert; null for a dense model.</summary>
    public NativeBuffer? Gathered { get; }

    public NativeBuffer? ExpertOut { get; }

    /// <summary>Bytes of activations.</summary>
    public long Bytes => _owned.Sum(b => b.Bytes);

    /// <summary>Empties the step.</summary>
    public void Clear() => (Rows, SegmentCount, LogitCount) = (0, 0, 0);

    /// <summary>Adds new tokens of a sequence, whose blocks it already holds.</summary>
    public void Add(int slot, Sequence sequence, int firstPosition, int tokens, bool draws)
    {
        _segments[SegmentCount++] = new StepSegment(slot, Rows, tokens, firstPosition);
        for (var i = 0; i < tokens; i++)
        {
            Tokens[Rows] = sequence.TokenAt(firstPosition + i);
            Positions[Rows] = firstPosition + i;
            Slots[Rows++] = slot;
        }

        if (draws)
        {
            LogitRows[LogitCount++] = Rows - 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _owned)
        {
            buffer.Dispose();
        }
    }

    private static int Padded(int outputs) => (outputs + PackedMatrix.PanelColumns - 1) / PackedMatrix.PanelColumns * PackedMatrix.PanelColumns;

    private NativeBuffer Room(long floats)
    {
        var buffer = NativeBuffer.OfFloats(floats);
        _owned.Add(buffer);
        return buffer;
    }
}
