namespace RapidTuner.Http.OpenAi;

/// <summary>What every part of one reply states.</summary>
/// <param name="Id">Its name, unique in this service.</param>
/// <param name="CreatedS">When the request came, Unix seconds.</param>
/// <param name="Model">Id of the model that answers.</param>
/// <param name="Chat">True for a chat reply.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
internal sealed record ReplyHead(string Id, long CreatedS, string Model, bool Chat, int PromptTokens)
{
    /// <summary>"stop" or "length".</summary>
    public static string FinishReason(bool stopped) => stopped ? "stop" : "length";
}
