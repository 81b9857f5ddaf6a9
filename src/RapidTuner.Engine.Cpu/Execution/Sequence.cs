using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Execution;

/// <summary>A request as the executor knows it: its tokens, its KV blocks, how its tokens are drawn and where it ends.</summary>
internal sealed class Sequence
{
    private int[] _tokens = [];
    private int[] _blocks = [];

    /// <summary>Prompt tokens.</summary>
    public int PromptTokens { get; private set; }

    /// <summary>Output tokens so far.</summary>
    public int Generated { get; private set; }

    /// <summary>Most output tokens.</summary>
    public int OutputTokensMax { get; private set; }

    /// <summary>False for a load whose lengths are given: it goes on past an end mark.</summary>
    public bool EndsByItself { get; private set; }

    /// <summary>How its tokens are drawn.</summary>
    public Sampling Sampling { get; private set; }

    /// <summary>True once its last token is out.</summary>
    public bool Ended { get; set; }

    /// <summary>True when the model ended it, not its bound.</summary>
    public bool EndedByMark { get; set; }

    /// <summary>Blocks that it holds.</summary>
    public int BlockCount { get; private set; }

    /// <summary>Its blocks in order of position.</summary>
    public ReadOnlySpan<int> Blocks => _blocks.AsSpan(0, BlockCount);

    /// <summary>The token at a position, prompt and output alike.</summary>
    public int TokenAt(int position) => _tokens[position];

    /// <summary>Output token number <paramref name="index"/>, from 1.</summary>
    public int Output(int index) => _tokens[PromptTokens + index - 1];

    /// <summary>Begins a request; all the room that it will need is made now.</summary>
    public void Begin(ReadOnlySpan<int> prompt, int outputTokensMax, Sampling sampling, bool endsByItself)
    {
        var tokens = prompt.Length + outputTokensMax;
        if (_tokens.Length < tokens)
        {
            _tokens = new int[tokens];
        }

        var blocks = (tokens + PagedKv.BlockTokens - 1) / PagedKv.BlockTokens;
        if (_blocks.Length < blocks)
        {
            _blocks = new int[blocks];
        }

        prompt.CopyTo(_tokens);
        PromptTokens = prompt.Length;
        OutputTokensMax = outputTokensMax;
        Sampling = sampling;
        EndsByItself = endsByItself;
        Generated = 0;
        BlockCount = 0;
        Ended = false;
        EndedByMark = false;
    }

    /// <summary>A token was drawn.</summary>
    public void Append(int token) => _tokens[PromptTokens + Generated++] = token;

    /// <summary>Takes the blocks that <paramref name="tokens"/> need.</summary>
    public void Hold(int tokens, PagedKv kv)
    {
        for (; BlockCount * PagedKv.BlockTokens < tokens; BlockCount++)
        {
            _blocks[BlockCount] = kv.Take();
        }
    }

    /// <summary>Gives every block back.</summary>
    public void Release(PagedKv kv)
    {
        while (BlockCount > 0)
        {
            kv.Give(_blocks[--BlockCount]);
        }
    }
}
