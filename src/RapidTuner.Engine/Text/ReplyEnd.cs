namespace RapidTuner.Engine.Text;

/// <summary>Why a reply ends.</summary>
public enum ReplyEnd : byte
{
    /// <summary>It does not end yet.</summary>
    None,

    /// <summary>The model ended it, or a stop sequence did.</summary>
    Stop,

    /// <summary>It reached its bound, the model's context or the engine's KV cache.</summary>
    Length,
}
