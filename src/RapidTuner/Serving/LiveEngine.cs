using RapidTuner.Engine;
using RapidTuner.Engine.Text;

namespace RapidTuner.Serving;

/// <summary>The engine that the service runs, and its text.</summary>
/// <param name="Engine">Runs the steps.</param>
/// <param name="Text">Tokenizer and replies over the same engine.</param>
internal sealed record LiveEngine(ILiveEngine Engine, ITokenEngine Text);
